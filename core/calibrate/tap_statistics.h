#pragma once

#include "core/calibrate/histogram.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Gathers, per channel of a tap, extremes and sums over tokens. Mergeable.
struct ChannelStatistics {
    std::uint64_t tokens = 0;
    std::vector<float> min, max;
    std::vector<double> sum, sumAbs, sumSquares;

    explicit ChannelStatistics(Index channels = 0);
    Index channels() const { return static_cast<Index>(min.size()); }

    void observe(MatrixView<const float> x); ///< x [tokens, channels]
    void merge(const ChannelStatistics& other);

    double mean(Index channel) const { return sum[static_cast<std::size_t>(channel)] / static_cast<double>(tokens); }
    double meanAbs(Index channel) const {
        return sumAbs[static_cast<std::size_t>(channel)] / static_cast<double>(tokens);
    }
    double rms(Index channel) const;
    float absMax(Index channel) const;
};

/// Holds what a calibration pass saw at one tap.
struct TapStatistics {
    Histogram histogram;
    ChannelStatistics channels;

    /// Adds rows x [tokens, channels]; returns how many values were not finite. Same result at any thread count.
    std::uint64_t observe(MatrixView<const float> x);
    void merge(const TapStatistics& other);

    float min() const; ///< over all channels
    float max() const;
    double mean() const;
    double rms() const;
    Index absMaxChannel() const;
    std::vector<double> meanAbs() const; ///< per channel
    /// Largest |x| of the worst channel over the median channel's largest |x|.
    double outlierRatio() const;
};

} // namespace vernier
