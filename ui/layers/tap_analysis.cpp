#include "ui/layers/tap_analysis.h"

namespace vernier::ui {

TapSummary summarize(const TapStatistics& tap) {
    return {.min = tap.min(),
            .max = tap.max(),
            .rms = tap.rms(),
            .outlierRatio = tap.outlierRatio(),
            .kurtosis = tap.kurtosis(),
            .clipSqnrDb = findClippingRange(tap, ClippingMethod::MeanSquaredError).sqnrDb};
}

ClippingOptions ClippingSettings::options() const {
    return {.grid = {.bits = bits, .symmetric = symmetric}, .percentile = percentile};
}

TapAnalysis analyse(const TapStatistics& tap, const ClippingSettings& settings) {
    TapAnalysis analysis;
    analysis.settings = settings;
    for (const ClippingMethod method : kClippingMethods)
        analysis.ranges.push_back(findClippingRange(tap, method, settings.options()));
    if (!tap.histogram.empty())
        analysis.judge.emplace(tap.histogram, double{tap.min()}, double{tap.max()});
    analysis.channelMin.assign(tap.channels.min.begin(), tap.channels.min.end());
    analysis.channelMax.assign(tap.channels.max.begin(), tap.channels.max.end());
    analysis.channelMeanAbs = tap.meanAbs();
    return analysis;
}

} // namespace vernier::ui
