#pragma once

#include "core/workbench/evaluate.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Is text to score on as windows, with what it is called and what was inserted.
struct EvaluationWindows {
    TokenWindows windows;
    DocumentGroups domains;
    std::string name;
    std::string separation; ///< in words
};

/// Packs the text that was asked for, for a model. Throws Error{Input} when there is no such set or file.
EvaluationWindows packEvaluation(const Project& project, const EvaluationData& data, const Workbench::OpenModel& model,
                                 JobContext& job);

/// What an evaluation of a kind depends on, but for the changes made to the model: the beginning of a cache key.
nlohmann::json evaluationInputs(const std::string& kind, int format, const Workbench::OpenModel& model,
                                const EvaluationWindows& text, Protocol protocol, Precision precision);

} // namespace vernier
