#include "core/calibrate/kept_values.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace vernier {

std::vector<ExtremeValue> keptValues(const TapStatistics& tap, const KeptValuesQuery& query) {
    const auto wanted = [&](const ExtremeValue& kept) {
        const double value{kept.value};
        return (!query.channel || *query.channel == static_cast<Index>(kept.channel)) && value >= query.low &&
               value < query.high;
    };
    std::vector<ExtremeValue> values;
    std::set<std::pair<std::uint64_t, std::uint32_t>> known;
    for (const ExtremeValue& extreme : tap.extremes.values()) {
        known.emplace(extreme.row, extreme.channel);
        if (wanted(extreme))
            values.push_back(extreme);
    }
    for (std::size_t channel = 0; channel < tap.channels.min.size(); ++channel) {
        // Where both signs reach the same size, which of them stood at the token is not known: it is called positive.
        const float low = tap.channels.min[channel], high = tap.channels.max[channel];
        const ExtremeValue largest{std::fabs(low) > std::fabs(high) ? low : high, static_cast<std::uint32_t>(channel),
                                   tap.channels.absMaxRow[channel]};
        if (tap.tokens() > 0 && largest.value != 0 && wanted(largest) &&
            !known.contains({largest.row, largest.channel}))
            values.push_back(largest);
    }
    std::ranges::sort(values, moreExtreme);
    return values;
}

} // namespace vernier
