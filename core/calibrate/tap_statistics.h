#pragma once

#include "core/base/job.h"
#include "core/calibrate/channel_statistics.h"
#include "core/calibrate/extreme_values.h"
#include "core/calibrate/histogram.h"
#include "core/calibrate/window_ranges.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vernier {

/// Says what observers gather beyond the histogram, the moments and the range of every window.
struct ObserverOptions {
    std::size_t extremes = ExtremeValues::kDefault; ///< extreme values kept per tap
    bool channelHistograms = false;                 ///< a histogram of 256 bins per channel: up to 2 KB each

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
    bool operator==(const ObserverOptions&) const = default;
};

/// Says which tokens the rows of an observation are, counted over all windows.
struct TokenRows {
    std::uint64_t first = 0;                     ///< token of the first row; the others follow it
    std::span<const std::int32_t> gathered = {}; ///< token of each row, rising; empty when they follow each other
    Index windowLength = 0;                      ///< tokens per window; 0 when they are all one window

    std::uint64_t row(Index i) const {
        return gathered.empty() ? first + static_cast<std::uint64_t>(i)
                                : static_cast<std::uint64_t>(gathered[static_cast<std::size_t>(i)]);
    }
    std::uint64_t window(Index i) const {
        return windowLength > 0 ? row(i) / static_cast<std::uint64_t>(windowLength) : 0;
    }
    /// How many rows, i among them, of at most some are of one window.
    Index sameWindow(Index i, Index most) const;
};

/// Says how many values were NaN or infinite, and where the first one of the lowest token stands.
struct NotFinite {
    std::uint64_t count = 0;
    ExtremeValue first;
};

/// Holds what a calibration pass saw at one tap.
struct TapStatistics {
    static constexpr int kChannelBins = 256;

    Histogram histogram;
    ChannelStatistics channels;
    ExtremeValues extremes;
    WindowRanges windows;
    std::vector<Histogram> channelHistograms; ///< kChannelBins each; empty unless asked for

    TapStatistics() = default;
    explicit TapStatistics(Index channels_, const ObserverOptions& options = {});

    /// Adds rows x [tokens, channels], in one sweep over x. Tokens must come in rising order from call to call (merge
    /// what was observed apart). Same result at any thread count. Returns what was not finite, after which these
    /// statistics are of no use. Throws Cancelled, to the same effect.
    std::optional<NotFinite> observe(MatrixView<const float> x, const TokenRows& rows = {}, const JobContext& job = {});
    /// Adds what was seen at the same tap elsewhere; one made for no channels becomes the other. In any order:
    /// histograms, extremes, window ranges and counts are those of one observation, sums and moments are but for
    /// rounding in double precision.
    void merge(const TapStatistics& other);

    std::uint64_t tokens() const { return channels.tokens; }
    /// Moments over all values, channels and tokens alike.
    Moments moments() const;
    float min() const; ///< over all channels; 0 when nothing was seen
    float max() const;
    double mean() const;
    double rms() const;
    double kurtosis() const; ///< over all values; 3 for normally distributed ones
    Index absMaxChannel() const;
    std::vector<double> meanAbs() const; ///< per channel
    /// Largest |x| of the median channel: the lower one of an even number's two.
    double medianAbsMax() const;
    /// Largest |x| of the worst channel over that of the median channel; 0 when the latter is 0.
    double outlierRatio() const;
    /// Channels whose largest |x| is at least factor times the median channel's, the worst first.
    std::vector<Index> outlierChannels(double factor) const;
};

} // namespace vernier
