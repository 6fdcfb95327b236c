#pragma once

#include "core/calibrate/clipping.h"
#include "core/calibrate/tap_statistics.h"

#include <optional>
#include <vector>

namespace vernier::ui {

/// What the list of taps shows of one tap.
struct TapSummary {
    double min = 0, max = 0;
    double rms = 0;
    double outlierRatio = 0; ///< largest |x| of the worst channel over the median channel's
    double kurtosis = 0;
    double clipSqnrDb = 0; ///< of 8-bit codes over the range of least error
};

/// Computes a summary; takes about as long as sorting the channels, so it runs beside the interface.
TapSummary summarize(const TapStatistics& tap);

/// How the views clip: the grid the ranges are judged on.
struct ClippingSettings {
    int bits = 8;
    bool symmetric = false;
    double percentile = 99.99;
    bool operator==(const ClippingSettings&) const = default;
    ClippingOptions options() const;
};

/// Everything drawn of the selected tap that takes computing: the ranges of every method, and the channels as the plot
/// wants them.
struct TapAnalysis {
    ClippingSettings settings;
    std::vector<ClippingRange> ranges; ///< of every method, in the order of kClippingMethods
    std::optional<RangeJudge> judge;   ///< judges any other range within a frame
    std::vector<double> channelMin, channelMax, channelMeanAbs;
};

TapAnalysis analyse(const TapStatistics& tap, const ClippingSettings& settings);

} // namespace vernier::ui
