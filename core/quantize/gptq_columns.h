#pragma once

#include "core/quantize/scheme.h"

#include <cstdint>

namespace vernier {

/// Rows of a weight that stand side by side in a column block, so that every step of its column loop is a vector
/// operation.
inline constexpr Index kGptqLanes = 64;

/// Holds what the loop over the columns of one GPTQ column block needs, for kGptqLanes rows; `stride` separates columns
/// in all row-wise arrays.
struct GptqColumns {
    Index cols = 0, stride = 0;
    const float* factor = nullptr;   ///< factor[j · cols + i] = U[i, j] of the block
    const float* drift = nullptr;    ///< likewise P; null for plain GPTQ
    float* weights = nullptr;        ///< [cols] columns of rows
    float* negativeErrors = nullptr; ///< [cols] columns of rows, −(w − q) / U[j, j]
    float* seen = nullptr;           ///< [cols] columns of rows, w as it was quantized; only with drift
    float* values = nullptr;         ///< [cols] columns of rows, q; only with drift
    std::uint8_t* codes = nullptr;   ///< [cols] columns of rows
    const double *scales = nullptr, *zeros = nullptr, *minimums = nullptr; ///< [groups] columns of rows
    const Index* groups = nullptr;                                         ///< group of each column
    double* losses = nullptr;                                              ///< [rows], Σ ((w − q) / U[j, j])²
};

/// Brings columns first … end − 1 up to date with what columns begin … first − 1 ask for.
void updateColumns(const GptqColumns& block, Index begin, Index first, Index end);

/// Quantizes columns first … end − 1 one after the other, each brought up to date with the columns from `first` on.
void solveColumns(const GptqColumns& block, const Scheme& scheme, Index first, Index end);

} // namespace vernier
