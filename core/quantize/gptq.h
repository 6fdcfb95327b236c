#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/quantize/quantized_linear.h"
#include "core/quantize/range_options.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is the order in which columns are quantized; errors flow from earlier to later ones.
enum class ColumnOrder {
    Natural,
    Activation, ///< by falling Gram diagonal ("desc_act"); without static groups columns of a group lie scattered
    GroupAware, ///< inside each group by falling diagonal, groups by their largest (GPTQModel's GAR): groups stay
                ///< whole, a shorter one last
};

std::string name(ColumnOrder order);                    ///< "natural", "activation", "group-aware"
ColumnOrder columnOrderFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Is which weights the grid of a group is read from when it is reached.
enum class GroupGrids {
    Published,   ///< as updated up to the last finished column block, as the published code does
    Compensated, ///< with the errors of all columns before it, also those of the running block
};

std::string name(GroupGrids grids);                   ///< "published", "compensated"
GroupGrids groupGridsFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Options of one GPTQ solve (Frantar et al. 2022, arXiv 2210.17323).
struct GptqOptions {
    Scheme scheme{};             ///< the grid: bits, group size, symmetry
    RangeOptions ranges{};       ///< how the ranges of groups are found
    double dampPercent = 0.01;   ///< share of the mean Gram diagonal added to the diagonal before factorising
    double dampIncrement = 0.01; ///< added to dampPercent, below 1, until the factorisation succeeds; 0: one try
    int blockColumns = 128;      ///< columns quantized between two trailing updates
    ColumnOrder order = ColumnOrder::Natural;
    bool staticGroups = false; ///< group grids from the untouched weight
    GroupGrids groupGrids = GroupGrids::Published;
    double driftCorrection = 0; ///< share of the inputs' drift that is corrected (GPTAQ's alpha; 0: plain GPTQ)

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

struct GptqResult {
    QuantizedLinear linear{};
    std::vector<double> dampHistory; ///< damp percents tried until the Gram could be factorised
    Index deadColumns = 0;           ///< columns whose Gram diagonal is zero; their weights become zero
    double loss = 0;                 ///< what plain GPTQ minimised: tr(dW H dWᵀ) under the damped mean Gram
};

/// Holds what GPTQ needs of a Gram, found once and shared by the linears that read the same input: the upper triangular
/// factor U [in, in] with H⁻¹ = Uᵀ U of the damped mean Gram H, columns in solve order.
struct GptqFactor {
    Matrix upper;                   ///< [in, in], row-major
    Matrix drift;                   ///< [in, in] P = alpha · triu(D Uᵀ, 1) U; empty for plain GPTQ
    std::vector<Index> order;       ///< solve position → column
    std::vector<std::uint8_t> dead; ///< per column
    std::vector<double> meanSquare; ///< per column, the mean Gram's diagonal before damping
    std::vector<double> dampHistory;
};

/// Factorises a Gram: with H = R Rᵀ, R upper triangular from a Cholesky of H in reversed order, in double precision,
/// U = R⁻¹ (invertReversed). On failure the damping grows by dampIncrement while below 1. With drift correction,
/// `drift` is the sum D = Σ (x_fp − x_q) x_qᵀ [in, in] over the same tokens, x_fp the input of the full-precision model
/// (GPTAQ, Li et al. 2025, arXiv 2504.02692). Throws Error{Input} when the Gram saw no tokens or only zeros,
/// Error{Numeric} when it is not finite, or with the damping history when damping does not help, and Cancelled when the
/// job is stopped. Needs 8 in² bytes beside the result.
GptqFactor factoriseGram(const Gram& gram, const GptqOptions& options, JobContext& job, const Matrix* drift = nullptr);

/// Chooses codes for weight [out, in] so that tr(dW H dWᵀ) is small. Group grids are read from the weight as `options`
/// says; one grid per row or tensor from the untouched weight. Where columns of a group lie scattered the result keeps
/// their groupIndex. Same codes at any thread count. Throws Error{Numeric} when the weight is not finite or damping is
/// too small for float, Cancelled when the job is stopped (checked every column block).
GptqResult quantizeGptq(MatrixView<const float> weight, const GptqFactor& factor, const GptqOptions& options,
                        JobContext& job);

} // namespace vernier
