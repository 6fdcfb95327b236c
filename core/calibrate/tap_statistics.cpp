#include "core/calibrate/tap_statistics.h"

#include "core/base/error.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vernier {

namespace {

// Channels one task reduces over all rows: whole cache lines, and the same split at any thread count.
constexpr Index kChannelsPerTask = 64;
// Rows summed in single precision before the sum is added up in double.
constexpr Index kRowsPerSum = 64;

/// Reduces up to kChannelsPerTask neighbouring channels over a few rows.
struct Strip {
    std::array<float, kChannelsPerTask> min, max, sum, sumAbs, sumSquares;
};

VERNIER_MULTIVERSION void reduceStrip(const float* x, Index stride, Index rows, Index channels, Strip& strip) {
    strip.sum.fill(0), strip.sumAbs.fill(0), strip.sumSquares.fill(0);
    for (Index row = 0; row < rows; ++row, x += stride)
        for (Index c = 0; c < channels; ++c) {
            const auto i = static_cast<std::size_t>(c);
            const float value = x[c];
            strip.min[i] = value < strip.min[i] ? value : strip.min[i];
            strip.max[i] = value > strip.max[i] ? value : strip.max[i];
            strip.sum[i] += value;
            strip.sumAbs[i] += std::fabs(value);
            strip.sumSquares[i] += value * value;
        }
}

} // namespace

ChannelStatistics::ChannelStatistics(Index channels) {
    const auto n = static_cast<std::size_t>(channels);
    min.assign(n, std::numeric_limits<float>::infinity());
    max.assign(n, -std::numeric_limits<float>::infinity());
    sum.assign(n, 0), sumAbs.assign(n, 0), sumSquares.assign(n, 0);
}

void ChannelStatistics::observe(MatrixView<const float> x) {
    if (tokens == 0 && channels() == 0)
        *this = ChannelStatistics(x.cols);
    if (x.cols != channels())
        throw Error(ErrorKind::Internal, "channel statistics", "channel counts differ");
    parallelFor((x.cols + kChannelsPerTask - 1) / kChannelsPerTask, [&](Index task) {
        const Index first = task * kChannelsPerTask, n = std::min(kChannelsPerTask, x.cols - first);
        Strip strip;
        strip.min.fill(std::numeric_limits<float>::infinity());
        strip.max.fill(-std::numeric_limits<float>::infinity());
        for (Index row = 0; row < x.rows; row += kRowsPerSum) {
            reduceStrip(x.row(row) + first, x.stride, std::min(kRowsPerSum, x.rows - row), n, strip);
            for (Index c = 0; c < n; ++c) {
                const auto from = static_cast<std::size_t>(c), to = static_cast<std::size_t>(first + c);
                sum[to] += double{strip.sum[from]};
                sumAbs[to] += double{strip.sumAbs[from]};
                sumSquares[to] += double{strip.sumSquares[from]};
            }
        }
        for (Index c = 0; c < n; ++c) {
            const auto from = static_cast<std::size_t>(c), to = static_cast<std::size_t>(first + c);
            min[to] = std::min(min[to], strip.min[from]);
            max[to] = std::max(max[to], strip.max[from]);
        }
    });
    tokens += static_cast<std::uint64_t>(x.rows);
}

void ChannelStatistics::merge(const ChannelStatistics& other) {
    if (other.tokens == 0)
        return;
    if (tokens == 0 && channels() == 0)
        *this = ChannelStatistics(other.channels());
    if (other.channels() != channels())
        throw Error(ErrorKind::Internal, "channel statistics", "merged channel counts differ");
    for (std::size_t i = 0; i < min.size(); ++i) {
        min[i] = std::min(min[i], other.min[i]);
        max[i] = std::max(max[i], other.max[i]);
        sum[i] += other.sum[i];
        sumAbs[i] += other.sumAbs[i];
        sumSquares[i] += other.sumSquares[i];
    }
    tokens += other.tokens;
}

double ChannelStatistics::rms(Index channel) const {
    return std::sqrt(sumSquares[static_cast<std::size_t>(channel)] / static_cast<double>(tokens));
}

float ChannelStatistics::absMax(Index channel) const {
    const auto i = static_cast<std::size_t>(channel);
    return std::max(std::fabs(min[i]), std::fabs(max[i]));
}

std::uint64_t TapStatistics::observe(MatrixView<const float> x) {
    channels.observe(x);
    return histogram.observe(x);
}

void TapStatistics::merge(const TapStatistics& other) {
    channels.merge(other.channels);
    histogram.merge(other.histogram);
}

float TapStatistics::min() const {
    return channels.min.empty() ? 0 : std::ranges::min(channels.min);
}
float TapStatistics::max() const {
    return channels.max.empty() ? 0 : std::ranges::max(channels.max);
}

double TapStatistics::mean() const {
    double sum = 0;
    for (const double part : channels.sum)
        sum += part;
    return sum / (static_cast<double>(channels.tokens) * static_cast<double>(channels.channels()));
}

double TapStatistics::rms() const {
    double sum = 0;
    for (const double part : channels.sumSquares)
        sum += part;
    return std::sqrt(sum / (static_cast<double>(channels.tokens) * static_cast<double>(channels.channels())));
}

Index TapStatistics::absMaxChannel() const {
    Index worst = 0;
    for (Index c = 1; c < channels.channels(); ++c)
        worst = channels.absMax(c) > channels.absMax(worst) ? c : worst;
    return worst;
}

std::vector<double> TapStatistics::meanAbs() const {
    std::vector<double> means;
    for (Index c = 0; c < channels.channels(); ++c)
        means.push_back(channels.meanAbs(c));
    return means;
}

double TapStatistics::outlierRatio() const {
    std::vector<float> largest;
    for (Index c = 0; c < channels.channels(); ++c)
        largest.push_back(channels.absMax(c));
    if (largest.empty())
        return 0;
    const auto middle = largest.begin() + std::ssize(largest) / 2;
    std::ranges::nth_element(largest, middle);
    const double median = double{*middle};
    return median > 0 ? double{std::ranges::max(largest)} / median : 0;
}

} // namespace vernier
