#include "ui/layers/cause_list.h"

#include <algorithm>
#include <utility>

namespace vernier::ui {

namespace {

constexpr int kAround = 96; // tokens of text on each side

std::uint64_t countIn(const Histogram& histogram, double low, double high) {
    std::uint64_t count = 0;
    for (std::size_t bin = 0; bin < histogram.counts().size(); ++bin)
        if (histogram.lowerEdge(bin) >= low && histogram.lowerEdge(bin) < high)
            count += histogram.counts()[bin];
    return count;
}

std::shared_ptr<const CalibrationTokens> tokensFor(const CauseQuestion& question, JobContext& job) {
    if (question.tokens || !question.record || !question.project || !question.model)
        return question.tokens;
    auto tokens = calibrationTokens(*question.project, *question.record, *question.model, job);
    return tokens ? std::make_shared<const CalibrationTokens>(std::move(*tokens)) : nullptr;
}

} // namespace

CauseList findCauses(const CauseQuestion& question, JobContext& job) {
    CauseList list;
    const TapStatistics& tap = question.statistics();
    const std::vector<ExtremeValue> kept = keptValues(tap, question.kept);
    list.kept = kept.size();
    list.counted = question.kept.channel ? tap.tokens() : countIn(tap.histogram, question.kept.low, question.kept.high);
    list.tokens = tokensFor(question, job);
    for (std::size_t i = 0; i < std::min(kept.size(), CauseList::kMost); ++i) {
        job.throwIfCancelled();
        list.values.push_back(
            list.tokens ? nameToken(*question.project, *list.tokens, question.model->tokenizer, kept[i], kAround)
                        : ReportedExtreme{.extreme = kept[i]});
    }
    return list;
}

} // namespace vernier::ui
