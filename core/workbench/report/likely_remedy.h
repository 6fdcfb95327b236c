#pragma once

#include "core/quantize/quantize_model.h"

#include <string>

namespace vernier {

/// What may help a linear that came out badly, in a few words, the likeliest by its report and settings: more or more
/// varied text where the calibration did not reach it or its Gram was short of rank; another method on the same grid;
/// "group:64", "bits:4" or "skip" as --override of `vernier quantize` has them. tokens: that it was calibrated on.
std::string likelyRemedy(const LinearReport& linear, const QuantizeSettings& settings, std::int64_t tokens);

} // namespace vernier
