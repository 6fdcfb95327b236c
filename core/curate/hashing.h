#pragma once

#include <cstdint>
#include <span>

namespace vernier {

/// Mixes 64 bits so that each bit of the input moves about half of the output's: the finaliser of SplitMix64 (Steele,
/// Lea & Flood 2014).
constexpr std::uint64_t mixBits(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/// Hashes a run of tokens in order; another seed gives an unrelated hash.
constexpr std::uint64_t hashTokens(std::span<const std::int32_t> tokens, std::uint64_t seed) {
    std::uint64_t hash = mixBits(seed + 0x9e3779b97f4a7c15u);
    for (const std::int32_t token : tokens)
        hash = mixBits(hash ^ static_cast<std::uint32_t>(token)) + 0x9e3779b97f4a7c15u;
    return mixBits(hash);
}

} // namespace vernier
