#include "core/store/corpus_columns.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"
#include "core/store/corpus_columns_old.h"
#include "core/store/h5_layout.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include <fmt/format.h>

namespace vernier {

namespace {

[[noreturn]] void refuse(const H5File& file, const std::string& dataset, std::string problem) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), dataset), std::move(problem),
                "use another copy of the file");
}

template <class Column>
void requireRows(const H5File& file, const char* dataset, const Column& column, std::size_t rows) {
    if (column.size() != rows)
        refuse(file, dataset, fmt::format("has {} rows where there should be {}", column.size(), rows));
}

void requireBelow(const H5File& file, const char* dataset, const std::vector<std::uint32_t>& numbers,
                  std::size_t count) {
    for (const std::uint32_t number : numbers)
        if (number >= count)
            refuse(file, dataset, fmt::format("names entry {} of {}", number, count));
}

void requireOffsets(const H5File& file, const char* dataset, const std::vector<std::uint64_t>& offsets,
                    std::size_t parts, std::size_t whole) {
    if (offsets.size() != parts + 1 || offsets.front() != 0 || offsets.back() != whole ||
        !std::ranges::is_sorted(offsets))
        refuse(file, dataset, fmt::format("does not divide {} among {}", whole, parts));
}

// What repeats in several segments, once, in the order in which documents first use it.
template <class Name>
class Names {
public:
    std::uint32_t numberOf(const Name& name) {
        const auto [entry, isNew] = m_numbers.try_emplace(&name, static_cast<std::uint32_t>(m_names.size()));
        if (isNew)
            m_names.push_back(&name);
        return entry->second;
    }
    const std::vector<const Name*>& names() const { return m_names; }

private:
    static auto asTuple(const Origin& o) { return std::tie(o.source, o.field, o.tags, o.importedAt); }
    static const std::string& asTuple(const std::string& text) { return text; }
    struct Less {
        bool operator()(const Name* a, const Name* b) const { return asTuple(*a) < asTuple(*b); }
    };
    std::map<const Name*, std::uint32_t, Less> m_numbers;
    std::vector<const Name*> m_names;
};

/// One number per document, from columns whose numbers mean something else in every segment.
template <class Name>
std::vector<std::uint32_t> renumber(const Corpus& corpus, std::vector<std::uint32_t> CorpusSegment::*numbers,
                                    std::vector<Name> CorpusSegment::*names, Names<Name>& all) {
    constexpr std::uint32_t kUnseen = ~std::uint32_t{0};
    std::vector<std::uint32_t> column;
    column.reserve(corpus.size());
    for (const auto& segment : corpus.segments()) {
        std::vector<std::uint32_t> known((*segment.*names).size(), kUnseen);
        for (const std::uint32_t number : *segment.*numbers) {
            if (known[number] == kUnseen)
                known[number] = all.numberOf((*segment.*names)[number]);
            column.push_back(known[number]);
        }
    }
    return column;
}

template <class T>
std::vector<T> joined(const Corpus& corpus, std::vector<T> CorpusSegment::*column) {
    std::vector<T> all;
    all.reserve(corpus.size());
    for (const auto& segment : corpus.segments())
        all.insert(all.end(), (*segment.*column).begin(), (*segment.*column).end());
    return all;
}

void writeOffsets(H5File& file, const Corpus& corpus) {
    std::vector<std::uint64_t> offsets{0};
    offsets.reserve(corpus.size() + 1);
    for (const auto& segment : corpus.segments()) {
        const std::uint64_t base = offsets.back();
        for (std::size_t i = 1; i < segment->offsets.size(); ++i)
            offsets.push_back(base + segment->offsets[i]);
    }
    file.write(std::string("corpus/text") + h5::kTextOffsets, offsets);
}

void writeHashes(H5File& file, const Corpus& corpus) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(corpus.size() * sizeof(Sha256Digest));
    for (const auto& segment : corpus.segments())
        for (const Sha256Digest& hash : segment->hashes)
            bytes.insert(bytes.end(), hash.begin(), hash.end());
    file.write("corpus/hash", bytes, {corpus.size(), sizeof(Sha256Digest)});
}

void writeOrigins(H5File& file, const std::vector<const Origin*>& origins) {
    std::vector<std::string> sources, fields, tags;
    std::vector<std::int64_t> times;
    std::vector<std::uint64_t> tagOffsets{0};
    for (const Origin* origin : origins) {
        sources.push_back(origin->source);
        fields.push_back(origin->field);
        times.push_back(origin->importedAt);
        tags.insert(tags.end(), origin->tags.begin(), origin->tags.end());
        tagOffsets.push_back(tags.size());
    }
    file.writeTexts("corpus/origins/source", sources);
    file.writeTexts("corpus/origins/field", fields);
    file.write("corpus/origins/imported_at", times);
    file.writeTexts("corpus/origins/tags", tags);
    file.write("corpus/origins/tag_offsets", tagOffsets);
}

std::vector<Origin> readOrigins(const H5File& file) {
    auto sources = file.readTexts("corpus/origins/source");
    auto fields = file.readTexts("corpus/origins/field");
    const auto times = file.readInt64("corpus/origins/imported_at");
    const auto tags = file.readTexts("corpus/origins/tags");
    const auto tagOffsets = file.readUint64("corpus/origins/tag_offsets");
    requireRows(file, "corpus/origins/field", fields, sources.size());
    requireRows(file, "corpus/origins/imported_at", times, sources.size());
    requireOffsets(file, "corpus/origins/tag_offsets", tagOffsets, sources.size(), tags.size());
    std::vector<Origin> origins;
    for (std::size_t i = 0; i < sources.size(); ++i)
        origins.push_back({std::move(sources[i]),
                           std::move(fields[i]),
                           {tags.begin() + static_cast<std::ptrdiff_t>(tagOffsets[i]),
                            tags.begin() + static_cast<std::ptrdiff_t>(tagOffsets[i + 1])},
                           times[i]});
    return origins;
}

std::vector<Sha256Digest> readHashes(const H5File& file, std::size_t rows) {
    const std::vector<std::uint8_t> bytes = file.readBytes("corpus/hash");
    if (file.shape("corpus/hash") != H5File::Shape{rows, sizeof(Sha256Digest)})
        refuse(file, "corpus/hash", fmt::format("is not {} times {} bytes", rows, sizeof(Sha256Digest)));
    std::vector<Sha256Digest> hashes(rows);
    if (rows > 0)
        std::memcpy(hashes.data(), bytes.data(), bytes.size());
    return hashes;
}

} // namespace

void writeCorpus(H5File& file, const Corpus& corpus) {
    std::vector<std::span<const std::uint8_t>> texts;
    for (const auto& segment : corpus.segments())
        texts.emplace_back(segment->text);
    file.writePieces(std::string("corpus/text") + h5::kTextBytes, texts);
    writeOffsets(file, corpus);
    writeHashes(file, corpus);
    file.write("corpus/is_conversation", joined(corpus, &CorpusSegment::conversation));
    file.write("corpus/line", joined(corpus, &CorpusSegment::lines));
    file.write("corpus/replaced_bytes", joined(corpus, &CorpusSegment::replaced));

    Names<std::string> domains;
    file.write("corpus/domain/index", renumber(corpus, &CorpusSegment::domains, &CorpusSegment::domainNames, domains));
    std::vector<std::string> names;
    for (const std::string* name : domains.names())
        names.push_back(*name);
    file.writeTexts("corpus/domain/names", names);

    Names<Origin> origins;
    file.write("corpus/origin", renumber(corpus, &CorpusSegment::origins, &CorpusSegment::originNames, origins));
    writeOrigins(file, origins.names());
}

Corpus readCorpus(const H5File& file, int format) {
    if (format == 1)
        return readCorpusOfFormat1(file);
    auto segment = std::make_shared<CorpusSegment>();
    segment->text = file.readBytes(std::string("corpus/text") + h5::kTextBytes);
    segment->offsets = file.readUint64(std::string("corpus/text") + h5::kTextOffsets);
    const std::size_t rows = std::max<std::size_t>(1, segment->offsets.size()) - 1;
    requireOffsets(file, "corpus/text/offsets", segment->offsets, rows, segment->text.size());
    segment->hashes = readHashes(file, rows);
    segment->conversation = file.readBytes("corpus/is_conversation");
    segment->lines = file.readUint64("corpus/line");
    segment->replaced = file.readUint32("corpus/replaced_bytes");
    segment->domains = file.readUint32("corpus/domain/index");
    segment->domainNames = file.readTexts("corpus/domain/names");
    segment->origins = file.readUint32("corpus/origin");
    segment->originNames = readOrigins(file);
    requireRows(file, "corpus/is_conversation", segment->conversation, rows);
    requireRows(file, "corpus/line", segment->lines, rows);
    requireRows(file, "corpus/replaced_bytes", segment->replaced, rows);
    requireRows(file, "corpus/domain/index", segment->domains, rows);
    requireRows(file, "corpus/origin", segment->origins, rows);
    requireBelow(file, "corpus/domain/index", segment->domains, segment->domainNames.size());
    requireBelow(file, "corpus/origin", segment->origins, segment->originNames.size());
    Corpus corpus;
    corpus.append(std::move(segment));
    return corpus;
}

} // namespace vernier
