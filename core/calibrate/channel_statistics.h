#pragma once

#include "core/calibrate/moments.h"
#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vernier {

/// Gathers, per channel of a tap, extremes, mean absolute value and the first four moments over tokens, in double
/// precision. Mergeable: counts, extremes and their tokens exactly, means and moments but for the last digits.
struct ChannelStatistics {
    std::uint64_t tokens = 0;
    std::vector<float> min, max;
    std::vector<std::uint64_t> absMaxRow; ///< first token with the channel's largest |x|
    std::vector<double> sumAbs;
    std::vector<Moments> moments;

    explicit ChannelStatistics(Index channels = 0);
    Index channels() const { return static_cast<Index>(min.size()); }

    void merge(const ChannelStatistics& other);

    double mean(Index channel) const { return moments[static_cast<std::size_t>(channel)].mean; }
    double meanAbs(Index channel) const;
    double variance(Index channel) const; ///< over tokens, not tokens − 1
    double rms(Index channel) const;
    double kurtosis(Index channel) const; ///< see kurtosis(Moments)
    float absMax(Index channel) const;
};

} // namespace vernier
