#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Is one way to keep a linear: what it takes and what it costs.
struct BitChoice {
    int bits = 0;
    std::uint64_t bytes = 0;
    double cost = 0; ///< of any unit that may be summed over linears; finite
};

/// Picks one choice for every linear.
struct BitAllocation {
    std::vector<std::size_t> picks; ///< index into each linear's choices
    std::uint64_t bytes = 0;
    double cost = 0;
};

/// The picks of least summed cost that take at most budget bytes together (a multiple-choice knapsack). Sizes are
/// counted in units of their common divisor, or in budget / 16384 where that would be too many, what is left then going
/// to the best single changes. Throws Error{Input} naming the smallest budget where even that is too much, and for a
/// linear without choices.
BitAllocation allocateBits(std::span<const std::vector<BitChoice>> linears, std::uint64_t budget);

/// The trade-off curve: picks on the lower convex hull of size and cost, from the smallest to the largest size. Every
/// one is the best of its size.
std::vector<BitAllocation> bitFrontier(std::span<const std::vector<BitChoice>> linears);

} // namespace vernier
