#pragma once

#include "core/quantize/quantize_model.h"

namespace vernier {

/// Quantizes the linears of a block by the statistics and Grams of its inputs; scales that go into linears in front
/// divide the rows of these. Each linear's report goes to onLinear; progress counts linears.
QuantizedBlock solveBlock(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                          const std::function<void(const LinearReport&)>& onLinear, JobContext& job);

} // namespace vernier
