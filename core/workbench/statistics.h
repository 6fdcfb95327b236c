#pragma once

#include "core/calibrate/clipping.h"
#include "core/calibrate/kept_values.h"
#include "core/model/tap.h"
#include "core/store/project.h"
#include "core/workbench/calibration_tokens.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vernier {

/// Says which taps of which calibration to report on, and how.
struct StatisticsRequest {
    std::string setName = {}; ///< whose newest calibration; empty: the newest of all
    std::string taps = "*";   ///< shell pattern of tap names: "*.mlp.down_proj:input"
    ClippingOptions clipping = {};
    KeptValuesQuery kept = {}; ///< which of the values whose tokens are known to report
    std::size_t extremes = 8;  ///< how many of them
    int around = 8;            ///< tokens of text on each side of theirs
    double outlierFactor = 6;  ///< channels of at least so many times the median channel's largest |x| are outliers

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is what a method chooses channel by channel.
struct ChannelRanges {
    ClippingMethod method = ClippingMethod::MinMax;
    std::vector<ClippingRange> ranges;
    double meanSquaredError = 0; ///< over all values of the tap, to be compared with that of one range for all
    double saturatedShare = 0;   ///< likewise
    double sqnrDb = 0;
};

/// Is what a calibration knows of one tap. One whose tokens are 0 saw none: an expert never routed to.
struct TapReport {
    TapSpec tap;
    int block = 0; ///< −1: of the head, behind the last block
    std::uint64_t tokens = 0;
    Index channels = 0;
    double min = 0, max = 0, mean = 0, rms = 0, kurtosis = 0;
    double outlierRatio = 0;
    std::vector<Index> outliers;       ///< channels, the worst first
    std::vector<ClippingRange> ranges; ///< of every method, in the order of kClippingMethods
    /// Where histograms per channel were gathered: a range for every channel, of every method that has one.
    std::vector<ChannelRanges> channelRanges = {};
    std::vector<ReportedExtreme> extremes;
};

/// The newest calibration of a set, or of any. Throws Error{Input} when there is none.
const CalibrationRecord& chooseCalibration(const Project& project, const std::string& setName);

/// Hands over the statistics of the taps whose names fit a shell pattern, block by block as they are read from the
/// cache; block is −1 for the logits. Throws Error{Input} when the cache has lost a block or no tap fits.
void forEachTap(Workbench& bench, const CalibrationRecord& record, const std::string& pattern, JobContext& job,
                const std::function<void(const TapSpec& tap, int block, const TapStatistics& statistics)>& onTap);

/// Reports on the taps of a calibration, block by block as they are read from the cache. Tokens are named when the set
/// still gives the windows that were calibrated on; otherwise a line to the job says so. Throws Error{Input} when the
/// cache has lost a block or no tap fits the pattern.
void reportStatistics(Workbench& bench, const Project& project, const StatisticsRequest& request, JobContext& job,
                      const std::function<void(const TapReport&)>& onTap);

} // namespace vernier
