#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/quantize/quantized_linear.h"

#include <vector>

namespace vernier {

/// Options of one GPTQ solve (Frantar et al. 2022, arXiv 2210.17323).
struct GptqOptions {
    Scheme scheme{};           ///< the grid: bits, group size, symmetry
    double dampPercent = 0.01; ///< share of the mean Gram diagonal added to the diagonal before factorising
    int blockColumns = 128;    ///< columns quantized between two trailing updates
    bool actOrder = false;     ///< columns in order of falling Gram diagonal ("desc_act")
    bool staticGroups = false; ///< group grids from the untouched weight; needed with actOrder

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

struct GptqResult {
    QuantizedLinear linear{};
    std::vector<double> dampHistory; ///< damp percents tried until the Gram could be factorised
    Index deadColumns = 0;           ///< columns whose Gram diagonal is zero; their weights become zero
    double loss = 0;                 ///< what the solve minimised: tr(dW H dWᵀ) under the damped mean Gram
};

/// Holds what GPTQ needs of a Gram, found once and shared by the linears that read the same input: the upper triangular
/// factor U [in, in] with H⁻¹ = Uᵀ U of the damped mean Gram H, columns in solve order.
struct GptqFactor {
    Matrix upper;                   ///< [in, in], row-major
    std::vector<Index> order;       ///< solve position → column
    std::vector<std::uint8_t> dead; ///< per column
    std::vector<double> dampHistory;
};

/// Factorises a Gram in double precision: with H = R Rᵀ, R upper triangular from a Cholesky of H in reversed order,
/// U = R⁻¹. On failure the damping grows by 0.01 while below 1. Throws Error{Input} when the Gram saw no tokens or only
/// zeros, Error{Numeric} when it is not finite, or with the damping history when damping does not help, and Cancelled
/// when the job is stopped. Needs 8 in² bytes beside the result.
GptqFactor factoriseGram(const Gram& gram, const GptqOptions& options, JobContext& job);

/// Chooses codes for weight [out, in] so that tr(dW H dWᵀ) is small. Group grids are read from the weight as updated up
/// to the last finished column block, as the published code does; one grid per row (group size -1) from the untouched
/// weight. Same codes at any thread count. Throws Error{Numeric} when the weight is not finite or damping is too small
/// for float, Cancelled when the job is stopped (checked every column block).
GptqResult quantizeGptq(MatrixView<const float> weight, const GptqFactor& factor, const GptqOptions& options,
                        JobContext& job);

} // namespace vernier
