#include "core/workbench/find_duplicates.h"

#include "core/curate/words.h"
#include "core/tensor/parallel.h"
#include "core/workbench/pack_set.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr const char* kEvaluation = "evaluation";

std::vector<Words> wordsOf(const Corpus& corpus, std::span<const std::uint32_t> documents, JobContext& job) {
    job.beginStage("read words", documents.size());
    std::vector<Words> words(documents.size());
    constexpr std::size_t kAtOnce = 4096;
    for (std::size_t first = 0; first < documents.size(); first += kAtOnce) {
        const std::size_t now = std::min(kAtOnce, documents.size() - first);
        parallelFor(static_cast<Index>(now), [&](Index i) {
            job.throwIfCancelled();
            const std::size_t at = first + static_cast<std::size_t>(i);
            words[at] = normalisedWords(corpus.text(documents[at]));
        });
        job.advance(now);
    }
    return words;
}

std::vector<TokenSpan> spansOf(const std::vector<Words>& words) {
    std::vector<TokenSpan> spans;
    for (const Words& document : words)
        spans.emplace_back(document.ids);
    return spans;
}

std::string textOf(std::string_view text, const Words& words, const TokenRun& run) {
    const std::size_t begin = words.begins[run.first], end = words.ends[run.first + run.count - 1];
    return std::string(text.substr(begin, end - begin));
}

std::uint64_t bytesOf(const Project& project, const std::string& setName) {
    std::uint64_t bytes = 0;
    for (const std::uint32_t document : chooseSet(project, setName).documents)
        bytes += project.corpus.text(document).size();
    return bytes;
}

} // namespace

DuplicateClusters findDuplicates(const Project& project, std::span<const std::uint32_t> documents,
                                 const DuplicateOptions& options, JobContext& job) {
    const std::vector<Words> words = wordsOf(project.corpus, documents, job);
    return nearDuplicates(spansOf(words), options, job);
}

std::string SetLeaks::summary(const LeakOptions& options) const {
    return fmt::format("{} of {} evaluation documents share {} words in a row with the calibration set ({:.1f} % of "
                       "the evaluation text)",
                       evaluationDocuments, evaluationDocumentsAll, options.ngram, 100 * share);
}

SetLeaks findSetLeaks(const Project& project, const std::string& calibrationSet, const std::string& evaluationSet,
                      const LeakOptions& options, JobContext& job) {
    const CalibrationSet& calibration = chooseSet(project, calibrationSet);
    const CalibrationSet& evaluation = chooseSet(project, evaluationSet);
    const std::vector<Words> theirs = wordsOf(project.corpus, calibration.documents, job);
    const std::vector<Words> ours = wordsOf(project.corpus, evaluation.documents, job);
    const LeakReport report = findLeaks(spansOf(theirs), spansOf(ours), options, job);
    SetLeaks leaks;
    for (const Leak& leak : report.leaks) {
        const std::uint32_t document = evaluation.documents[leak.evaluation];
        leaks.shared.push_back({document, calibration.documents[leak.calibration], leak.share, leak.sharedTokens,
                                textOf(project.corpus.text(document), ours[leak.evaluation], leak.inEvaluation)});
    }
    leaks.evaluationDocuments = report.evaluationDocuments;
    leaks.evaluationDocumentsAll = evaluation.documents.size();
    leaks.share = report.share;
    return leaks;
}

void warnOfLeaks(const Project& project, const std::string& calibrationSet, JobContext& job) {
    if (!project.findSet(kEvaluation) || calibrationSet == kEvaluation)
        return;
    if (bytesOf(project, calibrationSet) + bytesOf(project, kEvaluation) > kMostLeakBytes) {
        job.log(fmt::format("{} and {} are too large to look for shared text on the way; see vernier leaks",
                            calibrationSet, kEvaluation));
        return;
    }
    const LeakOptions options;
    JobContext quiet = job.quiet();
    const SetLeaks leaks = findSetLeaks(project, calibrationSet, kEvaluation, options, quiet);
    if (leaks.any())
        job.log("warning: " + leaks.summary(options) + "; see vernier leaks");
}

} // namespace vernier
