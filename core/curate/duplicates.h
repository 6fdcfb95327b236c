#pragma once

#include "core/base/job.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vernier {

/// The tokens of one document, from the model's tokenizer or from normalisedWords().
using TokenSpan = std::span<const std::int32_t>;

/// Options of a search for near-duplicates.
struct DuplicateOptions {
    int shingleTokens = 5;  ///< tokens of a shingle; documents are compared as sets of shingles
    int permutations = 128; ///< entries of a MinHash signature
    double threshold = 0.8; ///< Jaccard similarity from which two documents are duplicates, 0.1 … 1
    std::uint64_t seed = 1;

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is a pair of documents found to be duplicates, first < second.
struct DuplicateLink {
    std::uint32_t first = 0, second = 0;
    double similarity = 1; ///< exact Jaccard similarity of the shingles
};

/// Groups documents into clusters of duplicates: those that a chain of links joins.
struct DuplicateClusters {
    std::vector<std::uint32_t> representative; ///< per document the first of its cluster; itself when it is alone
    std::vector<DuplicateLink> links;          ///< one fewer than its documents for every cluster, in order of first

    bool isRedundant(std::size_t document) const { return representative[document] != document; }
    std::size_t redundant() const; ///< documents that are not the first of their cluster
    std::size_t clusters() const;  ///< of two documents or more
};

/// Clusters documents whose content hashes are equal.
DuplicateClusters exactDuplicates(std::span<const std::string_view> hashes);

/// Clusters documents of similar content: MinHash signatures, cut into bands; documents that share a band are compared,
/// and linked when the exact Jaccard similarity of their shingles reaches the threshold. So no link is ever invented,
/// and at most about one pair in a hundred just at the threshold is missed, fewer above. Documents without tokens are
/// duplicates of nothing. Same clusters at any thread count. Memory: 4 · permutations bytes per document beside the
/// tokens. Throws Cancelled when the job is stopped.
DuplicateClusters nearDuplicates(std::span<const TokenSpan> documents, const DuplicateOptions& options,
                                 JobContext& job);

} // namespace vernier
