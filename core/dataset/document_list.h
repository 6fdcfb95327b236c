#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace vernier {

/// Is a list of document numbers whose copies share one buffer until one of them changes, so that a history may keep
/// many versions of a long list. Copies may be read by different threads.
class DocumentList {
public:
    using value_type = std::uint32_t;

    DocumentList() = default;
    DocumentList(std::vector<std::uint32_t> documents)
        : m_documents(std::make_shared<std::vector<std::uint32_t>>(std::move(documents))) {}
    DocumentList(std::initializer_list<std::uint32_t> documents) : DocumentList(std::vector(documents)) {}

    std::size_t size() const { return m_documents ? m_documents->size() : 0; }
    bool empty() const { return size() == 0; }
    const std::uint32_t* data() const { return m_documents ? m_documents->data() : nullptr; }
    const std::uint32_t* begin() const { return data(); }
    const std::uint32_t* end() const { return data() + size(); }
    std::uint32_t operator[](std::size_t place) const { return (*m_documents)[place]; }

    /// Puts a document behind the others. Copies the buffer when another list shares it.
    void push_back(std::uint32_t document) { own().push_back(document); }

    /// Puts the documents first, first + 1, … behind the others.
    void appendRun(std::uint32_t first, std::size_t count) {
        std::vector<std::uint32_t>& documents = own();
        documents.reserve(documents.size() + count);
        for (std::size_t i = 0; i < count; ++i)
            documents.push_back(first + static_cast<std::uint32_t>(i));
    }

    /// Whether both are one buffer: neither has changed since one was copied from the other.
    bool shares(const DocumentList& other) const { return m_documents == other.m_documents; }

    friend bool operator==(const DocumentList& a, const DocumentList& b) {
        return a.shares(b) || std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    std::vector<std::uint32_t>& own() {
        if (!m_documents)
            m_documents = std::make_shared<std::vector<std::uint32_t>>();
        else if (m_documents.use_count() > 1)
            m_documents = std::make_shared<std::vector<std::uint32_t>>(*m_documents);
        return *m_documents;
    }

    std::shared_ptr<std::vector<std::uint32_t>> m_documents; ///< null: empty
};

} // namespace vernier
