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

/// Draws numbers from a seed: SplitMix64. The same on every machine, unlike the distributions of the standard library.
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() { return mixBits(m_state += 0x9e3779b97f4a7c15u); }

    /// A number in [0, count); count is at least 1.
    std::uint64_t below(std::uint64_t count) {
        // The lowest 2^64 mod count numbers would be drawn once too often; they are drawn again.
        const std::uint64_t unfair = (0 - count) % count;
        for (;;)
            if (const std::uint64_t number = next(); number >= unfair)
                return number % count;
    }

private:
    std::uint64_t m_state;
};

} // namespace vernier
