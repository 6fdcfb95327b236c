#pragma once

#include "core/evaluate/error_growth.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/evaluation_windows.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// How the errors of a run grow from block to block over a text, from the cache or measured now. Codes that the cache
/// no longer has are solved again.
std::vector<BlockErrors> runErrorGrowth(Workbench& bench, const Project& project, const Run& run,
                                        const EvaluationData& data, JobContext& job);

/// Says what quantizing one linear alone costs.
struct LinearSensitivity {
    std::string name;
    double kl = 0;            ///< measured: mean KL in nats with nothing else quantized
    double relativeError = 0; ///< estimated from the Gram when it was quantized: tr(dW H dWᵀ) / tr(W H Wᵀ)
};

/// Windows that runs are diagnosed on where nothing else is asked for: enough to see, quick to measure.
inline constexpr int kDiagnoseWindows = 32;

/// The sensitivities of all quantized linears of a run over a text, in the order of its reports, from the cache or
/// measured now. Costs about half a forward pass per linear. Progress counts blocks.
std::vector<LinearSensitivity> runSensitivities(Workbench& bench, const Project& project, const Run& run,
                                                const EvaluationData& data, JobContext& job);

/// The same, from the cache only; empty when they were not measured over that text.
std::vector<LinearSensitivity> knownSensitivities(Workbench& bench, const Project& project, const Run& run,
                                                  const EvaluationData& data, JobContext& job);

/// Holds what a run loses token by token on a text.
struct TokenComparison {
    TokenWindows windows;
    DocumentGroups domains;
    TokenLosses losses; ///< of the run and of full precision
    std::string textName;

    /// Loss of the run less that of full precision for the prediction made at a token; NaN where none counts.
    double difference(std::size_t token) const {
        return double{losses.nll[token]} - double{losses.referenceNll[token]};
    }
};

/// From the cache or scored now.
TokenComparison compareTokens(Workbench& bench, const Project& project, const Run& run, const EvaluationData& data,
                              JobContext& job);

/// Holds what the cache knows of a run on a text, computed in float32; what it does not know is empty.
struct KnownErrors {
    std::vector<BlockErrors> growth;
    std::vector<LinearSensitivity> sensitivities;
    std::optional<TokenLosses> losses; ///< of the positions that the GPTQ paper's protocol counts
};

/// Looks up what runErrorGrowth(), runSensitivities() and compareTokens() left in the cache; computes nothing.
KnownErrors knownErrors(Workbench& bench, const Workbench::OpenModel& model, const EvaluationWindows& text,
                        const Run& run);

/// The tokens of the largest differences, the worst first, at most so many: indices of the predicting positions.
std::vector<std::size_t> worstTokens(const TokenComparison& comparison, std::size_t most);

/// The text of a window token by token (tokenPieces).
std::vector<std::string> windowPieces(const TokenComparison& comparison, const Workbench::OpenModel& model,
                                      std::int64_t window);

/// Is a token that a model thinks likely.
struct Prediction {
    std::int32_t id = 0;
    double probability = 0;
};

/// The likeliest tokens after each position of a window: [position][rank].
struct WindowPredictions {
    std::vector<std::vector<Prediction>> exact, run;
};

/// Runs one window through full precision and through the run.
WindowPredictions predictWindow(Workbench& bench, const Project& project, const Run& run,
                                std::span<const std::int32_t> ids, int likeliest, JobContext& job);

} // namespace vernier
