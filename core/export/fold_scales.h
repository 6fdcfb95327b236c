#pragma once

#include "core/model/model.h"
#include "core/quantize/quantize_model.h"

#include <map>
#include <string>
#include <vector>

namespace vernier {

/// What the vectors in front of a block's linears are divided by so that the stored weights compute what the run does:
/// by the full name of the tensor ("model.layers.0.input_layernorm.weight"), a factor per element. The linears in front
/// hold rows that are divided already.
using FoldedVectors = std::map<std::string, std::vector<float>>;

/// Finds them. Throws Error{Unsupported} naming the linear whose input scales have nowhere to go, differ from those of
/// its neighbours or are not in the rows of the linear in front.
FoldedVectors foldedVectors(const ArchitectureSpec& spec, const QuantizedBlock& block);

/// Is a vector of the type that the checkpoint has for it.
struct StoredVector {
    std::vector<std::byte> bytes;
    DType type;

    std::vector<float> values() const; ///< widened
};

/// The elements of a vector divided by factors and rounded to the nearest number of its type. Of a norm whose factor is
/// 1 + weight, that sum is divided. A norm comes out as the run assumed it; a bias is rounded.
StoredVector dividedVector(const Model& model, const std::string& name, const std::vector<float>& factors);

/// Floats as stored elements, each the nearest of its type (F32, F16, BF16). Throws Error{Unsupported} for other types.
std::vector<std::byte> narrowed(std::span<const float> values, DType type);

} // namespace vernier
