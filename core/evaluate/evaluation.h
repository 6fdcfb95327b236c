#pragma once

#include "core/base/job.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is which predictions count, and so which published numbers a perplexity may be laid beside.
enum class Protocol {
    GptqPaper, ///< windows apart from each other, every position but the first is predicted
    LlamaCpp,  ///< the second half of every window is predicted, with the first half before it (llama-perplexity)
};

std::string name(Protocol protocol);              ///< "gptq-paper", "llama.cpp"
Protocol protocolFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Says how a model predicts the text of one group of documents.
struct GroupScore {
    std::string name; ///< of the domain
    std::int64_t scoredTokens = 0;
    double perplexity = 0;
    std::optional<double> referencePerplexity, kl, top1; ///< as in Evaluation
};

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
    std::vector<GroupScore> groups{};          ///< of the groups of which a token was predicted
};

/// Names the groups that documents fall into, for a perplexity of each.
struct DocumentGroups {
    std::vector<std::string> names;
    std::vector<std::uint32_t> groupOf; ///< by position in the list that was packed
};

/// Holds the loss of every prediction, by the position that predicts: [windows · sequenceLength], NaN where none
/// counts.
struct TokenLosses {
    std::vector<float> nll;          ///< nats
    std::vector<float> referenceNll; ///< of full precision; empty without a reference
};

/// Says how hidden states are scored.
struct ScoreOptions {
    Precision precision = Precision::F32; ///< of the head
    Protocol protocol = Protocol::GptqPaper;
    const DocumentGroups* groups = nullptr; ///< null: no scores of groups
    TokenLosses* losses = nullptr;          ///< filled unless null
};

/// Hidden states of the changed model after its last block for all windows, [windows · sequenceLength, hiddenSize],
/// kept where place says. Progress counts blocks.
HiddenStates finalHidden(const Model& model, const TokenWindows& windows, const ModelChanges& changes,
                         HiddenPlace place, JobContext& job, Precision precision = Precision::F32);

/// Scores hidden states against the windows they came from (position t predicts t + 1 inside its window, where the
/// protocol counts it); with reference, the hidden states of full precision, also KL and top-1
/// agreement over the same positions. Padding is not predicted. Sums in
/// double precision, in an order that does not depend on the thread count. Throws Error{Input} when nothing is
/// predicted.
Evaluation score(const Model& model, const TokenWindows& windows, const HiddenStates& hidden,
                 const HiddenStates* reference, JobContext& job, const ScoreOptions& options = {});

} // namespace vernier
