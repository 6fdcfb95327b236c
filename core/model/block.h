#pragma once

#include "core/model/model.h"
#include "core/model/rotary.h"
#include "core/tensor/packed_weight.h"

#include <vector>

namespace vernier {

/// Holds one decoder block, its weights as float32 packed for products. Immutable after construction.
class Block {
public:
    /// Loads block index of the model; linears that replaced() gives take the place of the stored ones.
    Block(const Model& model, int index, const LinearSource& replaced = {});

    /// Runs hidden [windows · sequenceLength, hiddenSize] through the block, in place; windows do not see each other.
    /// Same numbers at any thread count, whatever taps are asked for. Throws Cancelled when the job is stopped (checked
    /// every few thousand tokens).
    void forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                 const TapRequest& taps = {}) const;

private:
    /// Buffers for one chunk of tokens.
    struct Scratch;
    /// Where taps stand in ArchitectureSpec::taps(), and who wants to see them.
    struct Taps;
    void attention(MatrixView<float> hidden, Index sequenceLength, const RotaryTable& rotary, Scratch& scratch,
                   const Taps& taps) const;
    void feedForward(MatrixView<float> hidden, Scratch& scratch, const Taps& taps) const;

    ArchitectureSpec m_spec;
    int m_index;
    std::vector<float> m_inputNorm, m_postAttentionNorm;
    PackedWeight m_queryKeyValue; ///< q, k and v, one below the other
    PackedWeight m_attentionOutput;
    PackedWeight m_gateUp; ///< gate and up, one below the other
    PackedWeight m_down;
};

} // namespace vernier
