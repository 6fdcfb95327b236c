#pragma once

#include "core/model/model.h"
#include "core/model/rotary.h"
#include "core/tensor/packed_weight.h"

#include <functional>
#include <vector>

namespace vernier {

/// Is called with the input rows [tokens, in] of a group of linears while a block runs; the view lives for the call.
using TapFunction = std::function<void(InputPlace place, MatrixView<const float> input)>;

/// Holds one decoder block, its weights as float32 packed for products. Immutable after construction.
class Block {
public:
    /// Loads block index of the model; linears that replaced() gives take the place of the stored ones.
    Block(const Model& model, int index, const LinearSource& replaced = {});

    /// Runs hidden [windows · sequenceLength, hiddenSize] through the block, in place; windows do not see each other.
    /// Same numbers at any thread count. Throws Cancelled when the job is stopped (checked every few thousand tokens).
    void forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                 const TapFunction& tap = {}) const;

private:
    /// Buffers for one chunk of tokens.
    struct Scratch;
    void attention(MatrixView<float> hidden, Index sequenceLength, const RotaryTable& rotary, Scratch& scratch,
                   const TapFunction& tap) const;
    void feedForward(MatrixView<float> hidden, Scratch& scratch, const TapFunction& tap) const;

    ArchitectureSpec m_spec;
    std::vector<float> m_inputNorm, m_postAttentionNorm;
    PackedWeight m_queryKeyValue; ///< q, k and v, one below the other
    PackedWeight m_attentionOutput;
    PackedWeight m_gateUp; ///< gate and up, one below the other
    PackedWeight m_down;
};

} // namespace vernier
