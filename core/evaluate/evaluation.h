#pragma once

#include "core/base/job.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vernier {

/// Says how well a model predicts text, and how far it is from full precision where that was compared.
struct Evaluation {
    std::string dataName; ///< what the text is called
    std::string protocol; ///< how the numbers were made, in words
    std::int64_t windows = 0;
    std::int64_t scoredTokens = 0; ///< predictions that count: windows · (sequenceLength − 1) where none is padded
    int sequenceLength = 0;
    double perplexity = 0;                     ///< exp of the mean negative log-likelihood
    std::optional<double> referencePerplexity; ///< of full precision on the same text
    std::optional<double> kl;                  ///< mean over positions of KL(P_fp ‖ P_q), nats
    std::optional<double> top1;                ///< share of positions where both rank the same token first
};

/// Hidden states after the last block for all windows, [windows · sequenceLength, hiddenSize], kept where place says.
/// Progress counts blocks.
HiddenStates finalHidden(const Model& model, const TokenWindows& windows, const LinearSource& replaced,
                         HiddenPlace place, JobContext& job, Precision precision = Precision::F32);

/// Scores hidden states against the windows they came from (perplexity as in the GPTQ paper: non-overlapping windows,
/// position t predicts t + 1 inside its window); with reference, the hidden states of full precision, also KL and top-1
/// agreement over the same positions. Padding is not predicted. The head is computed in the given precision. Sums in
/// double precision, in an order that does not depend on the thread count. Throws Error{Input} when nothing is
/// predicted.
Evaluation score(const Model& model, const TokenWindows& windows, const HiddenStates& hidden,
                 const HiddenStates* reference, JobContext& job, Precision precision = Precision::F32);

} // namespace vernier
