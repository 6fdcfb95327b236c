#pragma once

#include "core/curate/duplicates.h"
#include "core/curate/leaks.h"
#include "core/store/project.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Clusters the named documents of a corpus; positions in the result are positions in the list. Documents are compared
/// by their words, without regard to case and punctuation, so that no model is needed.
DuplicateClusters findDuplicates(const Project& project, std::span<const std::uint32_t> documents,
                                 const DuplicateOptions& options, JobContext& job);

/// Is text that a calibration document and an evaluation document share.
struct SharedText {
    std::uint32_t evaluation = 0, calibration = 0; ///< numbers in the corpus
    double share = 0;                              ///< of the evaluation document's words
    std::uint64_t words = 0;                       ///< of the evaluation document, inside shared n-grams
    std::string text;                              ///< the longest run they share, as the evaluation document has it
};

struct SetLeaks {
    std::vector<SharedText> shared;        ///< in order of evaluation, then calibration document
    std::uint64_t evaluationDocuments = 0; ///< that share something, of
    std::uint64_t evaluationDocumentsAll = 0;
    double share = 0; ///< of all evaluation words, inside n-grams that the calibration set has

    bool any() const { return !shared.empty(); }
    /// "12 of 800 evaluation documents share 13 words or more with the calibration set (3.1 % of their text)"
    std::string summary(const LeakOptions& options) const;
};

/// Finds what two sets of a project share, by n-grams of words. Throws Error{Input} for a set that does not exist.
SetLeaks findSetLeaks(const Project& project, const std::string& calibrationSet, const std::string& evaluationSet,
                      const LeakOptions& options, JobContext& job);

/// Sets whose text is more than so many bytes together are not looked through before a run.
inline constexpr std::uint64_t kMostLeakBytes = std::uint64_t{128} << 20;

/// Tells the job's log when the calibration set shares text with the set "evaluation", if there is one: called before a
/// run, whose perplexity would be too good. Larger sets than kMostLeakBytes are passed over, with a line that says so.
void warnOfLeaks(const Project& project, const std::string& calibrationSet, JobContext& job);

} // namespace vernier
