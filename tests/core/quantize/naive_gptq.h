#pragma once

#include "core/quantize/gptq.h"

namespace vernier::test {

/// GPTQ as its paper and published code write it, column by column in double precision: Cholesky of the damped Gram,
/// inverse, Cholesky of the inverse. Slow and independent of core/quantize except for its option types.
struct NaiveGptq {
    std::vector<std::uint8_t> codes; ///< [out, in], original column order
    std::vector<double> upper;       ///< [in, in], H⁻¹ = Uᵀ U, solve order
    std::vector<Index> order;
    double damp = 0; ///< what was added to the diagonal
};
/// drift is Σ (x_fp − x_q) x_qᵀ as factoriseGram() takes it; null for plain GPTQ.
NaiveGptq naiveGptq(const Matrix& weight, const Gram& gram, const GptqOptions& options, const Matrix* drift = nullptr);

} // namespace vernier::test
