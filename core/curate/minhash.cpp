#include "core/curate/minhash.h"

#include "core/base/random.h"
#include "core/curate/hashing.h"
#include "core/tensor/multiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier {

namespace {

constexpr double kWantedRecall = 0.99;

/// Lowers each entry to the salted hash of one element where that is less. 32 bits are enough to tell the few hundred
/// shingles of a text apart, and half the width is twice the lanes.
VERNIER_MULTIVERSION void lowerEntries(std::uint32_t element, const std::uint32_t* salts, std::uint32_t* entries,
                                       std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t x = element ^ salts[i];
        x *= 0x9e3779b1u;
        x ^= x >> 15;
        x *= 0x85ebca77u;
        x ^= x >> 13;
        entries[i] = x < entries[i] ? x : entries[i];
    }
}

} // namespace

std::vector<std::uint64_t> shingleSet(std::span<const std::int32_t> tokens, int length, std::uint64_t seed) {
    std::vector<std::uint64_t> set;
    if (tokens.empty())
        return set;
    const std::size_t run = std::min(static_cast<std::size_t>(length), tokens.size());
    set.reserve(tokens.size() - run + 1);
    for (std::size_t first = 0; first + run <= tokens.size(); ++first)
        set.push_back(hashTokens(tokens.subspan(first, run), seed));
    std::ranges::sort(set);
    set.erase(std::ranges::unique(set).begin(), set.end());
    return set;
}

double jaccard(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
    std::size_t shared = 0;
    for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
        if (*left == *right)
            ++shared, ++left, ++right;
        else
            *left < *right ? ++left : ++right;
    }
    const std::size_t all = a.size() + b.size() - shared;
    return all > 0 ? static_cast<double>(shared) / static_cast<double>(all) : 0.0;
}

MinHasher::MinHasher(int permutations, std::uint64_t seed) {
    SeededRandom random(seed);
    for (int i = 0; i < permutations; ++i)
        m_salts.push_back(static_cast<std::uint32_t>(random.next() >> 32));
}

void MinHasher::sign(std::span<const std::uint64_t> set, std::span<std::uint32_t> signature) const {
    std::ranges::fill(signature, std::numeric_limits<std::uint32_t>::max());
    for (const std::uint64_t element : set)
        lowerEntries(static_cast<std::uint32_t>(element >> 32), m_salts.data(), signature.data(), m_salts.size());
}

double estimatedJaccard(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    std::uint32_t equal = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        equal += a[i] == b[i] ? 1u : 0u;
    return static_cast<double>(equal) / static_cast<double>(a.size());
}

double Banding::recall(double similarity) const {
    return 1.0 - std::pow(1.0 - std::pow(similarity, rows), bands);
}

Banding chooseBanding(int permutations, double threshold) {
    Banding best{permutations, 1};
    for (int rows = 2; rows <= permutations; ++rows) {
        const Banding wider{permutations / rows, rows};
        if (wider.recall(threshold) >= kWantedRecall)
            best = wider;
    }
    return best;
}

} // namespace vernier
