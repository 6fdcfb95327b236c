#include "core/store/corpus_columns.h"

#include "core/base/error.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace vernier {

namespace {

[[noreturn]] void refuse(const H5File& file, const std::string& dataset, std::string problem) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), dataset), std::move(problem),
                "use another copy of the file");
}

// Texts of which few differ: each of them once, and for every place the number of the one that stands there.
class TextColumn {
public:
    void add(const std::string& text) {
        const auto [entry, isNew] = m_numbers.try_emplace(text, static_cast<std::uint32_t>(m_names.size()));
        if (isNew)
            m_names.push_back(text);
        m_index.push_back(entry->second);
    }

    void write(H5File& file, const std::string& group) const {
        file.writeTexts(group + "/names", m_names);
        file.write(group + "/index", m_index);
    }

    static TextColumn read(const H5File& file, const std::string& group) {
        TextColumn column;
        column.m_names = file.readTexts(group + "/names");
        column.m_index = file.readUint32(group + "/index");
        for (const std::uint32_t number : column.m_index)
            if (number >= column.m_names.size())
                refuse(file, group + "/index", fmt::format("names text {} of {}", number, column.m_names.size()));
        return column;
    }

    std::size_t size() const { return m_index.size(); }
    const std::string& operator[](std::size_t place) const { return m_names[m_index[place]]; }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
    std::vector<std::string> m_names;
    std::vector<std::uint32_t> m_index;
};

// Columns as they stand in the file; tags of document i are those from tagOffsets[i] to tagOffsets[i + 1].
struct Columns {
    std::vector<std::string> texts, hashes;
    std::vector<std::uint8_t> isConversation;
    std::vector<std::uint64_t> lines, tagOffsets{0};
    std::vector<std::uint32_t> replaced;
    TextColumn sources, domains, fields, tags;
};

template <class Column>
void requireRows(const H5File& file, const char* dataset, const Column& column, std::size_t rows) {
    if (column.size() != rows)
        refuse(file, dataset, fmt::format("has {} rows where the texts have {}", column.size(), rows));
}

Columns readColumns(const H5File& file) {
    Columns columns;
    columns.texts = file.readTexts("corpus/text");
    columns.hashes = file.readTexts("corpus/hash");
    columns.isConversation = file.readBytes("corpus/is_conversation");
    columns.lines = file.readUint64("corpus/line");
    columns.replaced = file.readUint32("corpus/replaced_bytes");
    columns.sources = TextColumn::read(file, "corpus/source");
    columns.domains = TextColumn::read(file, "corpus/domain");
    columns.fields = TextColumn::read(file, "corpus/field");
    columns.tags = TextColumn::read(file, "corpus/tags");
    columns.tagOffsets = file.readUint64("corpus/tags/offsets");
    const std::size_t rows = columns.texts.size();
    requireRows(file, "corpus/hash", columns.hashes, rows);
    requireRows(file, "corpus/is_conversation", columns.isConversation, rows);
    requireRows(file, "corpus/line", columns.lines, rows);
    requireRows(file, "corpus/replaced_bytes", columns.replaced, rows);
    requireRows(file, "corpus/source", columns.sources, rows);
    requireRows(file, "corpus/domain", columns.domains, rows);
    requireRows(file, "corpus/field", columns.fields, rows);
    const auto& offsets = columns.tagOffsets;
    if (offsets.size() != rows + 1 || offsets.front() != 0 || offsets.back() != columns.tags.size() ||
        !std::is_sorted(offsets.begin(), offsets.end()))
        refuse(file, "corpus/tags/offsets",
               fmt::format("does not divide {} tags among {} documents", columns.tags.size(), rows));
    return columns;
}

} // namespace

void writeCorpus(H5File& file, std::span<const Document> documents) {
    Columns columns;
    for (const Document& document : documents) {
        columns.texts.push_back(document.text);
        columns.hashes.push_back(document.hash);
        columns.isConversation.push_back(document.isConversation ? 1 : 0);
        columns.lines.push_back(document.line);
        columns.replaced.push_back(document.replacedBytes);
        columns.sources.add(document.source);
        columns.domains.add(document.domain);
        columns.fields.add(document.field);
        for (const std::string& tag : document.tags)
            columns.tags.add(tag);
        columns.tagOffsets.push_back(columns.tags.size());
    }
    file.writeTexts("corpus/text", columns.texts);
    file.writeTexts("corpus/hash", columns.hashes);
    file.write("corpus/is_conversation", columns.isConversation);
    file.write("corpus/line", columns.lines);
    file.write("corpus/replaced_bytes", columns.replaced);
    columns.sources.write(file, "corpus/source");
    columns.domains.write(file, "corpus/domain");
    columns.fields.write(file, "corpus/field");
    columns.tags.write(file, "corpus/tags");
    file.write("corpus/tags/offsets", columns.tagOffsets);
}

std::vector<Document> readCorpus(const H5File& file) {
    Columns columns = readColumns(file);
    std::vector<Document> documents(columns.texts.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        Document& document = documents[i];
        document.text = std::move(columns.texts[i]);
        document.hash = std::move(columns.hashes[i]);
        document.isConversation = columns.isConversation[i] != 0;
        document.line = columns.lines[i];
        document.replacedBytes = columns.replaced[i];
        document.source = columns.sources[i];
        document.domain = columns.domains[i];
        document.field = columns.fields[i];
        for (std::uint64_t tag = columns.tagOffsets[i]; tag < columns.tagOffsets[i + 1]; ++tag)
            document.tags.push_back(columns.tags[tag]);
    }
    return documents;
}

} // namespace vernier
