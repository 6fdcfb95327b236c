#include "ui/layers/tap_analysis.h"

#include <cmath>

namespace vernier::ui {

TapSummary summarize(const TapStatistics& tap) {
    return {.min = tap.min(), .max = tap.max(), .rms = tap.rms(), .outlierRatio = tap.outlierRatio()};
}

TapAnalysis analyse(const TapStatistics& tap, const ClippingSettings& settings) {
    TapAnalysis analysis;
    analysis.settings = settings;
    for (const ClippingMethod method :
         {ClippingMethod::MinMax, ClippingMethod::Percentile, ClippingMethod::MeanSquaredError})
        analysis.ranges.push_back(findClippingRange(tap.histogram, method, settings.bits, settings.percentile));
    analysis.channelMin.assign(tap.channels.min.begin(), tap.channels.min.end());
    analysis.channelMax.assign(tap.channels.max.begin(), tap.channels.max.end());
    analysis.channelMeanAbs = tap.meanAbs();
    return analysis;
}

double stepOf(const ClippingRange& range, int bits) {
    return (range.high - range.low) / (std::ldexp(1.0, bits) - 1);
}

} // namespace vernier::ui
