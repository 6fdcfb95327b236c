#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

// Each chooses count of the rows, all of them when there are no more, and returns their numbers in the order in which
// they were chosen: the first n of a selection are the selection of n. Rows are embeddings as centredUnitRows() makes
// them. The same rows and seed give the same selection at any thread count. Throws Cancelled when the job is stopped.

/// Greedy k-center (Gonzalez 1985): begins with a row drawn by the seed, then always takes the row farthest from all
/// that were taken, so that the farthest that any row is left is at most twice the least possible. Reaches for
/// outliers.
std::vector<std::uint32_t> selectKCenter(MatrixView<const float> unitRows, std::size_t count, std::uint64_t seed,
                                         JobContext& job);

/// Rows up to which facility location weighs every row; of more, it weighs a sample of this many drawn by the seed.
inline constexpr Index kMostFacilities = 20'000;

/// Greedy facility location: always takes the row that adds most to Σ_i max_s max(0, x_i · x_s) over the rows taken, so
/// that every row has one near it and dense regions count for more; at least 1 − 1/e of the best possible sum. Lazy: a
/// gain is computed again only when its last value could still win (Minoux 1978). Similarities are computed in blocks
/// and never kept.
std::vector<std::uint32_t> selectFacilityLocation(MatrixView<const float> unitRows, std::size_t count,
                                                  std::uint64_t seed, JobContext& job);

/// Draws count of rows numbers without replacement.
std::vector<std::uint32_t> selectRandom(std::size_t rows, std::size_t count, std::uint64_t seed);

} // namespace vernier
