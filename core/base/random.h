#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace vernier {

/// Draws numbers that depend on the seed alone, on every machine and with every library: SplitMix64 (Steele, Lea and
/// Flood 2014). Good for sampling and shuffling, not for secrets.
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() {
        std::uint64_t z = m_state += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    /// A whole number in [0, bound), every one equally likely; bound is at least 1.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t uneven = (0 - bound) % bound; // 2^64 mod bound: so many values would be favoured
        std::uint64_t value = next();
        while (value < uneven)
            value = next();
        return value % bound;
    }

    /// A number in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// Puts values in a random order, every one equally likely.
    template <class Value>
    void shuffle(std::span<Value> values) {
        for (std::size_t left = values.size(); left > 1; --left)
            std::swap(values[left - 1], values[below(left)]);
    }

private:
    std::uint64_t m_state;
};

} // namespace vernier
