#include "core/store/corpus_columns_old.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"

#include <algorithm>
#include <string>

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
    TextColumn(const H5File& file, const std::string& group)
        : m_names(file.readTexts(group + "/names")), m_index(file.readUint32(group + "/index")) {
        for (const std::uint32_t number : m_index)
            if (number >= m_names.size())
                refuse(file, group + "/index", fmt::format("names text {} of {}", number, m_names.size()));
    }

    std::size_t size() const { return m_index.size(); }
    const std::string& operator[](std::size_t place) const { return m_names[m_index[place]]; }

private:
    std::vector<std::string> m_names;
    std::vector<std::uint32_t> m_index;
};

template <class Column>
void requireRows(const H5File& file, const char* dataset, const Column& column, std::size_t rows) {
    if (column.size() != rows)
        refuse(file, dataset, fmt::format("has {} rows where the texts have {}", column.size(), rows));
}

} // namespace

Corpus readCorpusOfFormat1(const H5File& file) {
    const auto texts = file.readTexts("corpus/text");
    const auto hashes = file.readTexts("corpus/hash");
    const auto isConversation = file.readBytes("corpus/is_conversation");
    const auto lines = file.readUint64("corpus/line");
    const auto replaced = file.readUint32("corpus/replaced_bytes");
    const TextColumn sources(file, "corpus/source");
    const TextColumn domains(file, "corpus/domain");
    const TextColumn fields(file, "corpus/field");
    const TextColumn tags(file, "corpus/tags");
    const auto tagOffsets = file.readUint64("corpus/tags/offsets");
    const std::size_t rows = texts.size();
    requireRows(file, "corpus/hash", hashes, rows);
    requireRows(file, "corpus/is_conversation", isConversation, rows);
    requireRows(file, "corpus/line", lines, rows);
    requireRows(file, "corpus/replaced_bytes", replaced, rows);
    requireRows(file, "corpus/source", sources, rows);
    requireRows(file, "corpus/domain", domains, rows);
    requireRows(file, "corpus/field", fields, rows);
    if (tagOffsets.size() != rows + 1 || tagOffsets.front() != 0 || tagOffsets.back() != tags.size() ||
        !std::ranges::is_sorted(tagOffsets))
        refuse(file, "corpus/tags/offsets",
               fmt::format("does not divide {} tags among {} documents", tags.size(), rows));

    CorpusBuilder builder;
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<std::string> tagsHere;
        for (std::uint64_t tag = tagOffsets[i]; tag < tagOffsets[i + 1]; ++tag)
            tagsHere.push_back(tags[tag]);
        const auto hash = digestFromHex(hashes[i]);
        if (!hash)
            refuse(file, "corpus/hash", fmt::format("row {} is no SHA-256", i));
        DocumentView document;
        document.text = texts[i];
        document.isConversation = isConversation[i] != 0;
        document.domain = domains[i];
        document.source = sources[i];
        document.field = fields[i];
        document.tags = tagsHere;
        document.line = lines[i];
        document.replacedBytes = replaced[i];
        document.hash = &*hash;
        builder.add(document);
    }
    return builder.finish();
}

} // namespace vernier
