#pragma once

#include "core/model/tap.h"
#include "core/tensor/matrix.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is one linear of a block: its name inside the block ("self_attn.q_proj") and its weight's shape [out, in].
struct LinearSpec {
    std::string name;
    Index out = 0, in = 0;
};

/// Names the linears of a block that read the same input; they share a tap, a Gram and an AWQ scale. The tap is named
/// after the first of them.
struct InputGroup {
    std::vector<LinearSpec> linears;
    int expert = -1; ///< of the linears of a mixture's expert, which only some of the tokens reach
    Index in() const { return linears.front().in; }
};

/// Describes a decoder-only model as data, read from config.json (Hugging Face layout).
struct ArchitectureSpec {
    std::string modelType; ///< "llama"
    Index vocabularySize = 0;
    Index hiddenSize = 0;
    Index intermediateSize = 0;
    int blocks = 0;
    int heads = 0;
    int keyValueHeads = 0;
    Index headSize = 0;
    int maxPositions = 0;
    float normEpsilon = 1e-5f;
    double ropeTheta = 10000.0;
    bool tiedHead = false; ///< the head's weight is the embedding's

    /// Reads config.json of a model folder. Throws Error{Input} naming key and range, Error{Unsupported} naming what is
    /// known for another architecture or a feature of it that is not.
    static ArchitectureSpec load(const std::filesystem::path& folder);

    /// The groups of linears of a block, in the order in which their inputs arise.
    std::vector<InputGroup> inputGroups(int block) const;

    /// The taps of a block: the input of every input group, in the order of inputGroups(block), so that these have the
    /// same index; the output of every linear, in the same order; then key, value, residual.
    std::vector<TapSpec> taps(int block) const;

    /// "model.layers.3"
    std::string blockPrefix(int block) const;
    /// "model.layers.3.mlp.down_proj"
    std::string linearName(int block, std::string_view linear) const;
    /// How many linears the blocks have.
    std::int64_t linears() const;
    /// Elements of the weights that are quantized: the linears of all blocks.
    std::int64_t linearParameters() const;
};

} // namespace vernier
