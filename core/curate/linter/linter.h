#pragma once

#include "core/base/job.h"
#include "core/curate/linter/finding.h"
#include "core/curate/text_health.h"
#include "core/dataset/corpus.h"
#include "core/tensor/matrix.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Is what the linter looks at. What is absent is not checked: without a tokenizer nothing about tokens, windows and
/// templates, without an evaluation set nothing about that. Owns nothing.
struct LintInput {
    const CalibrationSet& set;
    const Corpus& corpus;
    const Tokenizer* tokenizer = nullptr;
    const ChatTemplate* chatTemplate = nullptr; ///< of the same model, null when it has none
    const CalibrationSet* evaluation = nullptr;
    Index widestInput = 0;                        ///< inputs of the model's widest linear; 0 when not known
    std::span<const std::uint32_t> duplicateOf{}; ///< per document of the corpus the first of its cluster of
                                                  ///< near-duplicates; empty when they are not known
    TextLimits limits{};
};

/// Looks through a set and its recipe for what makes a calibration worse than it need be, in a fixed order of kinds,
/// each at most once (languages and domains once each). Same findings at any thread count. Throws Cancelled when the
/// job is stopped.
std::vector<LintFinding> lintSet(const LintInput& input, JobContext& job);

} // namespace vernier
