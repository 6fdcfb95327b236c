#pragma once

#include "core/model/architecture.h"

#include <optional>
#include <string>

namespace vernier {

/// Is the place before an input group where a factor per channel of its input can be taken out, so that the weights'
/// columns can be multiplied by it and the model computes the same.
struct FoldTarget {
    enum class Kind {
        Norm,   ///< weight (and bias) of the norm that makes the input
        Linear, ///< rows of the linear that makes it (and their biases)
    };
    Kind kind = Kind::Norm;
    std::string name;   ///< module inside the block: "input_layernorm", "self_attn.v_proj"
    Index firstRow = 0; ///< Linear: its rows firstRow … firstRow + channels − 1 are the input's channels, in order
    bool plusOne = false; ///< Norm: the factor is 1 + weight (Gemma)
};

/// Finds where factors of a group's input can go, or nothing: where heads share values, behind activations that are not
/// f(a x) = a f(x), where a norm is read by others too (parallel residual, router of a mixture).
std::optional<FoldTarget> foldTarget(const ArchitectureSpec& spec, int block, std::size_t group);

} // namespace vernier
