#pragma once

#include "core/dataset/document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Says where documents came from; many share one.
struct Origin {
    std::string source, field;
    std::vector<std::string> tags;
    std::int64_t importedAt = 0; ///< seconds since 1970, UTC; 0 when not known
    bool operator==(const Origin&) const = default;
};

/// Holds a run of documents column by column, about 60 bytes per document beside its text. Never changed once it is
/// part of a Corpus.
struct CorpusSegment {
    std::vector<std::uint8_t> text;         ///< all texts in UTF-8, one behind the other
    std::vector<std::uint64_t> offsets{0};  ///< [n + 1]; text i is bytes offsets[i] to offsets[i + 1]
    std::vector<Sha256Digest> hashes;       ///< [n] contentHash
    std::vector<std::uint64_t> lines;       ///< [n]
    std::vector<std::uint32_t> origins;     ///< [n] place in originNames
    std::vector<std::uint32_t> domains;     ///< [n] place in domainNames
    std::vector<std::uint32_t> replaced;    ///< [n] invalid UTF-8 sequences replaced
    std::vector<std::uint8_t> conversation; ///< [n] 1 for conversations

    std::vector<Origin> originNames;
    std::vector<std::string> domainNames;

    std::size_t size() const { return hashes.size(); }
    std::string_view textOf(std::size_t document) const {
        return {reinterpret_cast<const char*>(text.data()) + offsets[document],
                offsets[document + 1] - offsets[document]};
    }
    DocumentView operator[](std::size_t document) const;
};

} // namespace vernier
