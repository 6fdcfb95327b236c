#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>

namespace vernier {

// Embeddings of documents as rows; similar documents have a large dot product of their unit rows (the cosine).

/// Copies rows [documents, size] less their mean, each scaled to length 1; a row equal to the mean becomes zero. Hidden
/// states of language models share a large common part, without which cosines tell documents apart.
Matrix centredUnitRows(MatrixView<const float> rows);

/// Copies the named rows.
Matrix gatherRows(MatrixView<const float> rows, std::span<const std::uint32_t> which);

/// a · b over n values, summed in 16 lanes.
float dot(const float* a, const float* b, Index n);

} // namespace vernier
