#pragma once

#include "core/model/feed_forward.h"

#include <functional>
#include <vector>

namespace vernier {

/// Says how many experts of a mixture are in memory, packed for products. The numbers are the same.
enum class ExpertMemory {
    All, ///< from the beginning
    One  ///< each is packed when tokens reach it, again for every few thousand tokens
};

/// Holds a sparse mixture of experts in place of a block's feed-forward layer (Shazeer et al. 2017, arXiv 1701.06538).
/// Immutable.
class Mixture {
public:
    /// With ExpertMemory::One the model must live as long as this.
    Mixture(const Model& model, int block, const ModelChanges& changes, Precision precision, const JobContext& job,
            ExpertMemory memory);

    /// Room for the rows gathered for one expert.
    struct Buffers {
        Matrix gathered, given;
        FeedForward::Buffers inner;
    };
    Buffers buffers(Index tokens) const;

    /// y = Σ over the experts picked for a token of probability · expert(x); x and y [tokens, hiddenSize]. An expert
    /// sees the rows that were routed to it, gathered; one that no token reached is not run and shows nothing to taps.
    /// The router reads x as it is, whatever the rounding does to what experts read.
    void apply(MatrixView<const float> x, Buffers& buffers, MatrixView<float> y, const BlockTaps& taps,
               const BlockRounding& rounding, const JobContext& job) const;

private:
    /// The tokens that an expert was picked for, and the weight of its word for each.
    struct Share {
        std::vector<std::int32_t> rows;
        std::vector<float> weights;
    };
    std::vector<Share> route(MatrixView<const float> x) const;

    MixtureSpec m_spec;
    bool m_gated;
    PackedWeight m_router;
    std::function<FeedForward(std::size_t expert, const JobContext& job)> m_load;
    std::vector<FeedForward> m_experts; ///< empty when they are loaded one by one
};

} // namespace vernier
