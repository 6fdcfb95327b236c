#pragma once

#include "core/model/attention.h"
#include "core/model/feed_forward.h"
#include "core/model/mixture.h"

#include <optional>
#include <variant>

namespace vernier {

/// Holds the keys and values of one text's tokens so far, as one block caches them, [capacity, keyValueHeads ·
/// headSize] each.
struct KeyValueCache {
    Matrix keys, values;
    Index length = 0; ///< tokens that are there
};

/// Holds one decoder block, its weights as float32 packed for products; interprets what the architecture says about it.
/// Immutable after construction.
class Block {
public:
    /// Loads block index of the model with its changes. Products of linears are computed in the given precision, all
    /// else in float32. With ExpertMemory::One the model must outlive the block. Throws Cancelled.
    Block(const Model& model, int index, const ModelChanges& changes = {}, Precision precision = Precision::F32,
          const JobContext& job = {}, ExpertMemory experts = ExpertMemory::All);

    Precision precision() const { return m_queryKeyValue.precision(); }

    /// Runs hidden [windows · sequenceLength, hiddenSize] through the block, in place; windows do not see each other.
    /// Same numbers at any thread count, whatever taps are asked for. Throws Cancelled when the job is stopped (checked
    /// every few hundred tokens of a product).
    void forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                 const TapRequest& request = {}) const;

    /// An empty cache for texts of at most so many tokens.
    KeyValueCache cache(Index capacity) const;

    /// Runs the next tokens of one text, hidden [tokens, hiddenSize], through the block, in place; the cache knows
    /// those before and grows by these. rotary holds the block's angles for all positions up to the last, or is null
    /// where the architecture has none.
    void forwardNext(MatrixView<float> hidden, const RotaryTable* rotary, KeyValueCache& cache,
                     const JobContext& job) const;

private:
    /// Buffers for one chunk of tokens.
    struct Scratch;

    /// Gives hidden's attention branch; attend turns projected heads into mixed values.
    template <class Attend>
    void run(MatrixView<float> hidden, Scratch& scratch, const BlockTaps& taps, const JobContext& job,
             const Attend& attend) const;
    void showCached(MatrixView<const float> projected, const BlockTaps& taps) const;
    void roundCached(MatrixView<float> projected) const;
    void feedForward(MatrixView<float> normed, Scratch& scratch, MatrixView<float> branch, const BlockTaps& taps,
                     const JobContext& job) const;

    ArchitectureSpec m_spec;
    int m_index;
    HeadLayout m_layout;
    ScoreSpec m_score;
    Norm m_attentionNorm, m_feedForwardNorm;
    std::optional<Norm> m_queryNorm, m_keyNorm, m_afterAttentionNorm, m_afterFeedForwardNorm;
    Projection m_queryKeyValue, m_attentionOutput;
    std::variant<FeedForward, Mixture> m_feedForward;
    BlockRounding m_rounding;
};

} // namespace vernier
