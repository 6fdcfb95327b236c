#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Divides count among groups in proportion to their weights by largest remainders, never giving a group more than it
/// has; what a small group cannot take goes to the others by the same rule. The sum is count, or all there is in groups
/// of positive weight. Throws Error{Input} for a weight that is negative or not finite, or when all are zero.
std::vector<std::size_t> divideByWeight(std::span<const std::size_t> available, std::span<const double> weights,
                                        std::size_t count);

/// Entropy, in bits, of how a number of documents is spread over groups; 0 when one group has all.
double entropyBits(std::span<const std::size_t> counts);

} // namespace vernier
