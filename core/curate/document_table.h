#pragma once

#include "core/curate/document_columns.h"
#include "core/dataset/corpus.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Holds one name per document as a number, each distinct name once. For columns that fill as they are measured.
class NameList {
public:
    static constexpr std::uint32_t kNone = 0; ///< the number of the empty name

    /// The number of a name, which is added if need be.
    std::uint32_t numberOf(std::string_view name);
    /// Sets the name of a document; rows between are nameless.
    void set(std::size_t document, std::string_view name);
    void setNumber(std::size_t document, std::uint32_t number) { m_ids[document] = number; }
    void resize(std::size_t documents) { m_ids.resize(documents, kNone); }
    std::string_view operator[](std::size_t document) const { return m_names[m_ids[document]]; }
    bool empty() const { return m_ids.empty(); }
    NameColumn column() const { return {m_ids, m_names}; }

private:
    std::vector<std::uint32_t> m_ids;
    std::vector<std::string> m_names{""};
    std::map<std::string, std::uint32_t, std::less<>> m_numbers{{"", kNone}};
};

/// Holds what has been measured of the documents; every column is empty while nothing of it is known.
struct MeasuredColumns {
    std::vector<std::uint32_t> tokens;
    std::vector<float> perplexity;          ///< NaN where it is not known
    std::vector<std::uint32_t> duplicateOf; ///< the first document of its cluster; itself when alone
    std::vector<float> coverageGain;        ///< NaN where it is not known
    NameList languages, scripts;
};

/// Puts the corpus of a project into columns and owns them. Copies share what comes from the corpus; measures are their
/// own, so that work on another thread may keep a copy while they fill.
class DocumentTable {
public:
    DocumentTable() = default;
    explicit DocumentTable(const Corpus& corpus);

    std::size_t size() const { return m_base ? m_base->texts.size() : 0; }
    const Corpus& corpus() const { return m_base->corpus; }

    /// The columns, without chosen documents and sets. Good until measures change or this object goes.
    DocumentColumns columns() const;

    MeasuredColumns measures;

private:
    struct Base {
        Corpus corpus; ///< keeps the texts alive
        std::vector<std::string_view> texts;
        std::vector<std::uint8_t> conversations;
        NameList domains, sources;
        std::vector<std::uint32_t> tagIds;
        std::vector<std::vector<std::string>> tagLists;
    };
    std::shared_ptr<const Base> m_base;
};

/// 1 for every document of a table that stands in list.
std::vector<std::uint8_t> membership(std::size_t documents, std::span<const std::uint32_t> list);

} // namespace vernier
