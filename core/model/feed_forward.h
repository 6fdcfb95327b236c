#pragma once

#include "core/model/block_taps.h"
#include "core/model/model_changes.h"
#include "core/model/projection.h"

namespace vernier {

/// Holds one feed-forward layer, of a block or of one expert. Immutable.
class FeedForward {
public:
    /// Loads the layer whose linears are the input groups group and group + 1 of the block.
    FeedForward(const Model& model, int block, std::size_t group, const ModelChanges& changes, Precision precision,
                const JobContext& job);

    /// Room for the values between the linears; to be reused from call to call.
    struct Buffers {
        Matrix projected, activated; ///< the second only where the layer is gated
    };
    Buffers buffers(Index tokens) const;

    /// y = down(f(gate(x)) · up(x)), or down(f(up(x))); x and y [tokens, hiddenSize], at most as many tokens as the
    /// buffers were made for. What the rounding does to x stays. rows as for BlockTaps::input().
    void apply(MatrixView<float> x, Buffers& buffers, MatrixView<float> y, const BlockTaps& taps,
               const BlockRounding& rounding, const JobContext& job, std::span<const std::int32_t> rows = {}) const;

private:
    std::size_t m_group;
    Activation m_activation;
    bool m_gated;
    Projection m_input, m_output;
};

} // namespace vernier
