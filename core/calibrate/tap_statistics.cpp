#include "core/calibrate/tap_statistics.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

void ObserverOptions::validate() const {
    if (extremes > ExtremeValues::kMost)
        throw Error(ErrorKind::Input, "extremes", fmt::format("{} is more than {}", extremes, ExtremeValues::kMost),
                    "keep fewer");
}

Index TokenRows::sameWindow(Index i, Index most) const {
    if (windowLength == 0 || most <= 1)
        return most;
    const std::uint64_t end = (window(i) + 1) * static_cast<std::uint64_t>(windowLength);
    if (gathered.empty())
        return static_cast<Index>(std::min(static_cast<std::uint64_t>(most), end - row(i)));
    Index n = 1;
    while (n < most && row(i + n) < end)
        ++n;
    return n;
}

TapStatistics::TapStatistics(Index channels_, const ObserverOptions& options)
    : channels(channels_), extremes(options.extremes) {
    if (options.channelHistograms)
        channelHistograms.assign(static_cast<std::size_t>(channels_), Histogram(kChannelBins));
}

void TapStatistics::merge(const TapStatistics& other) {
    if (channels.channels() == 0) {
        *this = other;
        return;
    }
    if (channelHistograms.size() != other.channelHistograms.size())
        throw Error(ErrorKind::Internal, "tap statistics", "only one of the merged has histograms per channel");
    channels.merge(other.channels);
    histogram.merge(other.histogram);
    extremes.merge(other.extremes);
    windows.merge(other.windows);
    for (std::size_t i = 0; i < other.channelHistograms.size(); ++i)
        channelHistograms[i].merge(other.channelHistograms[i]);
}

Moments TapStatistics::moments() const {
    Moments all;
    std::uint64_t seen = 0;
    for (const Moments& channel : channels.moments) {
        all = MomentMerge(seen, tokens())(all, channel);
        seen += tokens();
    }
    return all;
}

float TapStatistics::min() const {
    return tokens() == 0 ? 0 : std::ranges::min(channels.min);
}
float TapStatistics::max() const {
    return tokens() == 0 ? 0 : std::ranges::max(channels.max);
}

double TapStatistics::mean() const {
    return moments().mean;
}

double TapStatistics::rms() const {
    const Moments all = moments();
    const double values = static_cast<double>(tokens()) * static_cast<double>(channels.channels());
    return values > 0 ? std::sqrt(all.mean * all.mean + all.m2 / values) : 0;
}

double TapStatistics::kurtosis() const {
    return vernier::kurtosis(moments(), static_cast<double>(tokens()) * static_cast<double>(channels.channels()));
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

double TapStatistics::medianAbsMax() const {
    std::vector<float> largest;
    for (Index c = 0; c < channels.channels(); ++c)
        largest.push_back(channels.absMax(c));
    if (largest.empty())
        return 0;
    const auto middle = largest.begin() + (std::ssize(largest) - 1) / 2;
    std::ranges::nth_element(largest, middle);
    return double{*middle};
}

double TapStatistics::outlierRatio() const {
    const double median = medianAbsMax();
    return median > 0 ? double{channels.absMax(absMaxChannel())} / median : 0;
}

std::vector<Index> TapStatistics::outlierChannels(double factor) const {
    const double median = medianAbsMax();
    std::vector<Index> outliers;
    for (Index c = 0; median > 0 && c < channels.channels(); ++c)
        if (double{channels.absMax(c)} >= factor * median)
            outliers.push_back(c);
    std::ranges::stable_sort(outliers, std::ranges::greater(), [&](Index c) { return channels.absMax(c); });
    return outliers;
}

} // namespace vernier
