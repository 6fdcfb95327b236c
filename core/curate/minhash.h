#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// The set of hashed runs of length tokens ("shingles") that a text contains, sorted, each once. A text of fewer tokens
/// is one shingle; an empty one has none.
std::vector<std::uint64_t> shingleSet(std::span<const std::int32_t> tokens, int length, std::uint64_t seed);

/// Shared over all: |a ∩ b| / |a ∪ b| of two sorted sets; 0 when both are empty.
double jaccard(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

/// Makes MinHash signatures (Broder 1997): entry i is the least value that the i-th of many seeded hash functions takes
/// over a set. Two sets agree in an entry with the probability of their Jaccard similarity.
class MinHasher {
public:
    MinHasher(int permutations, std::uint64_t seed);

    int permutations() const { return static_cast<int>(m_salts.size()); }

    /// Writes permutations() entries; all ones for the empty set.
    void sign(std::span<const std::uint64_t> set, std::span<std::uint32_t> signature) const;

private:
    std::vector<std::uint32_t> m_salts;
};

/// Share of entries in which two signatures agree: an estimate of the Jaccard similarity with standard deviation
/// sqrt(s (1 − s) / permutations).
double estimatedJaccard(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

/// Says how signatures are cut for locality-sensitive hashing: bands of rows entries each.
struct Banding {
    int bands = 0, rows = 0;

    /// Probability that two sets of a similarity agree in all rows of at least one band.
    double recall(double similarity) const;
};

/// The banding of fewest candidates, that is of most rows, which still finds 99 % of the pairs that are just as similar
/// as the threshold; where none does, one row per band.
Banding chooseBanding(int permutations, double threshold);

} // namespace vernier
