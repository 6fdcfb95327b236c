#pragma once

#include "core/dataset/corpus_segment.h"
#include "core/dataset/document.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vernier {

/// Holds all documents of a project, in the order in which they came. It only grows, and a document keeps its number.
/// Copies share the documents, so that a copy of a project costs a few pointers; views stay good as long as any copy
/// does.
class Corpus {
public:
    using SegmentPointer = std::shared_ptr<const CorpusSegment>;

    Corpus() = default;

    std::size_t size() const { return m_ends.empty() ? 0 : m_ends.back(); }
    bool empty() const { return m_ends.empty(); }

    DocumentView operator[](std::size_t document) const;
    /// Only the text of a document: what a search over all of them wants.
    std::string_view text(std::size_t document) const;

    /// Puts documents behind those that are there. Throws Error{Unsupported} beyond 2^32 - 1 documents, which is as far
    /// as a CalibrationSet counts.
    void append(SegmentPointer segment);
    void append(const Corpus& other);

    /// The columns themselves, in order, for work on whole columns; segment i begins behind the documents of those
    /// before it.
    std::span<const SegmentPointer> segments() const { return m_segments; }

    /// Walks over the documents as views.
    class Iterator {
    public:
        using value_type = DocumentView;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(const SegmentPointer* segment, std::size_t row) : m_segment(segment), m_row(row) {}
        DocumentView operator*() const { return (**m_segment)[m_row]; }
        Iterator& operator++() {
            if (++m_row == (*m_segment)->size())
                ++m_segment, m_row = 0;
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const SegmentPointer* m_segment = nullptr;
        std::size_t m_row = 0;
    };
    Iterator begin() const { return {m_segments.data(), 0}; }
    Iterator end() const { return {m_segments.data() + m_segments.size(), 0}; }

private:
    struct Place {
        const CorpusSegment& segment;
        std::size_t row;
    };
    Place find(std::size_t document) const;

    std::vector<SegmentPointer> m_segments; ///< none of them empty
    std::vector<std::size_t> m_ends;        ///< document number behind each segment
};

} // namespace vernier
