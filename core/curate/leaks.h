#pragma once

#include "core/base/job.h"
#include "core/curate/duplicates.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Options of a search for text that calibration and evaluation share.
struct LeakOptions {
    int ngram = 13; ///< tokens (or words) in a row that must be equal, as in the contamination study of GPT-3 (Brown et
                    ///< al. 2020, arXiv 2005.14165, appendix C)

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is a run of tokens of a document.
struct TokenRun {
    std::uint32_t first = 0, count = 0;
    bool operator==(const TokenRun&) const = default;
};

/// Says what one evaluation document and one calibration document share.
struct Leak {
    std::uint32_t evaluation = 0, calibration = 0; ///< positions in the lists that were compared
    std::uint64_t sharedTokens = 0;                ///< of the evaluation document, inside shared n-grams
    double share = 0;                              ///< of the evaluation document's tokens
    TokenRun inEvaluation, inCalibration;          ///< the longest run they share
};

struct LeakReport {
    std::vector<Leak> leaks;                ///< in order of evaluation, then calibration document
    std::uint64_t evaluationDocuments = 0;  ///< that share something
    std::uint64_t calibrationDocuments = 0; ///< that share something
    double share = 0; ///< of all evaluation tokens, inside n-grams that some calibration document has
};

/// Finds every n-gram that stands in both lists; equal hashes are checked token by token. Documents shorter than an
/// n-gram share nothing. An n-gram that stands in more than 64 places of the evaluation text counts for the first 64
/// only. Same report at any thread count. Throws Cancelled when the job is stopped.
LeakReport findLeaks(std::span<const TokenSpan> calibration, std::span<const TokenSpan> evaluation,
                     const LeakOptions& options, JobContext& job);

} // namespace vernier
