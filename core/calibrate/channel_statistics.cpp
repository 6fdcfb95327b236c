#include "core/calibrate/channel_statistics.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier {

ChannelStatistics::ChannelStatistics(Index channels) {
    const auto n = static_cast<std::size_t>(channels);
    min.assign(n, std::numeric_limits<float>::infinity());
    max.assign(n, -std::numeric_limits<float>::infinity());
    absMaxRow.assign(n, 0);
    sumAbs.assign(n, 0);
    moments.assign(n, {});
}

void ChannelStatistics::merge(const ChannelStatistics& other) {
    if (other.tokens == 0)
        return;
    if (tokens == 0 && channels() == 0)
        *this = ChannelStatistics(other.channels());
    if (other.channels() != channels())
        throw Error(ErrorKind::Internal, "channel statistics", "merged channel counts differ");
    const MomentMerge join(tokens, other.tokens);
    for (Index c = 0; c < channels(); ++c) {
        const auto i = static_cast<std::size_t>(c);
        const float mine = tokens > 0 ? absMax(c) : -1.0f, theirs = other.absMax(c);
        if (theirs > mine || (theirs == mine && other.absMaxRow[i] < absMaxRow[i]))
            absMaxRow[i] = other.absMaxRow[i];
        min[i] = std::min(min[i], other.min[i]);
        max[i] = std::max(max[i], other.max[i]);
        sumAbs[i] += other.sumAbs[i];
        moments[i] = join(moments[i], other.moments[i]);
    }
    tokens += other.tokens;
}

double ChannelStatistics::meanAbs(Index channel) const {
    return tokens ? sumAbs[static_cast<std::size_t>(channel)] / static_cast<double>(tokens) : 0;
}

double ChannelStatistics::variance(Index channel) const {
    return tokens ? moments[static_cast<std::size_t>(channel)].m2 / static_cast<double>(tokens) : 0;
}

double ChannelStatistics::rms(Index channel) const {
    return std::sqrt(mean(channel) * mean(channel) + variance(channel));
}

double ChannelStatistics::kurtosis(Index channel) const {
    return vernier::kurtosis(moments[static_cast<std::size_t>(channel)], static_cast<double>(tokens));
}

float ChannelStatistics::absMax(Index channel) const {
    const auto i = static_cast<std::size_t>(channel);
    return tokens ? std::max(std::fabs(min[i]), std::fabs(max[i])) : 0.0f;
}

} // namespace vernier
