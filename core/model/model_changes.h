#pragma once

#include "core/model/model.h"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vernier {

/// Changes values in place on their way through a block, as kernels of fewer bits would; an empty function changes
/// nothing. Both are called for a chunk of tokens at a time, after the taps have seen the exact values.
struct BlockRounding {
    /// The input [tokens, in] of the linears of an input group; of an expert's, only the tokens that reach it.
    std::function<void(std::size_t group, MatrixView<float> values)> input;
    /// The keys, normalised and rotated, or the values of one head [tokens, headSize]; rows stand apart.
    std::function<void(MatrixView<float> head)> cached;

    void roundInput(std::size_t group, MatrixView<float> values) const {
        if (input)
            input(group, values);
    }
};

using RoundingSource = std::function<BlockRounding(int block)>;

/// Is what a quantization does to a model: other weights, rounded values between the linears, and other norms and
/// biases where scales were taken out of a linear's input.
struct ModelChanges {
    LinearSource linears;
    RoundingSource rounding;
    VectorSource vectors;

    ModelChanges() = default;
    ModelChanges(LinearSource linears_, RoundingSource rounding_ = {}, VectorSource vectors_ = {})
        : linears(std::move(linears_)), rounding(std::move(rounding_)), vectors(std::move(vectors_)) {}

    /// A vector as changed, or as the model stores it. Throws as Model::vector, Error{Internal} for another size.
    std::vector<float> vector(const Model& model, const std::string& name, Index size) const;
    BlockRounding roundingOf(int block) const { return rounding ? rounding(block) : BlockRounding(); }
};

} // namespace vernier
