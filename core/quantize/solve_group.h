#pragma once

#include "core/quantize/input_scaling.h"
#include "core/quantize/quantize_settings.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is everything that the linears of one input group are quantized by.
struct GroupProblem {
    std::vector<Matrix> weights;                   ///< [out, in] each
    std::vector<LinearSettings> settings;          ///< per weight
    std::vector<std::vector<double>> outputScales; ///< per weight, divisors of its rows; empty: none
    InputScaling scaling;
    const Gram* gram = nullptr;
    const Matrix* drift = nullptr; ///< as factoriseGram() takes it; null: none
};

/// Is what a linear became, and what only its method knows of it.
struct SolvedLinear {
    std::optional<QuantizedLinear> linear; ///< nothing when it stays as it is
    std::string how;                       ///< "gptq", "rtn", "rtn: no token reached it", "kept"
    std::vector<double> dampHistory;
    std::int64_t deadColumns = 0;
};

/// Quantizes the weights that read one input; of an input that no token reached nothing is known, and its weights are
/// rounded. Throws as the method does.
std::vector<SolvedLinear> solveGroup(const GroupProblem& problem, const QuantizeSettings& settings, JobContext& job);

} // namespace vernier
