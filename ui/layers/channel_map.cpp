#include "ui/layers/channel_map.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace vernier::ui {

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr float kDecades = 1e-4F; // what is smaller than this share of the largest has its colour

} // namespace

const TapStatistics* ChannelMapRow::of() const {
    const auto at = static_cast<std::size_t>(tap);
    return statistics && tap >= 0 && at < statistics->taps.size() ? &statistics->taps[at] : nullptr;
}

int ChannelMap::largestChannel(int row, int first, int count) const {
    int best = -1;
    for (int channel = first; channel < std::min(first + count, channels); ++channel)
        if (!std::isnan(at(row, channel)) && (best < 0 || at(row, channel) > at(row, best)))
            best = channel;
    return best;
}

ChannelMap makeChannelMap(std::vector<ChannelMapRow> rows, const JobContext& job) {
    ChannelMap map;
    for (const ChannelMapRow& row : rows)
        if (const TapStatistics* tap = row.of())
            map.channels = std::max(map.channels, static_cast<int>(tap->channels.channels()));
    map.largest.assign(rows.size() * static_cast<std::size_t>(map.channels), kNone);
    float least = std::numeric_limits<float>::infinity();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        job.throwIfCancelled();
        const TapStatistics* tap = rows[row].of();
        if (!tap || tap->tokens() == 0)
            continue;
        for (Index channel = 0; channel < tap->channels.channels(); ++channel) {
            const float value = tap->channels.absMax(channel);
            map.largest[row * static_cast<std::size_t>(map.channels) + static_cast<std::size_t>(channel)] = value;
            map.high = std::max(map.high, value);
            least = value > 0 ? std::min(least, value) : least;
        }
    }
    map.low = map.high > 0 ? std::max(least, map.high * kDecades) : 0;
    map.rows = std::move(rows);
    return map;
}

MatrixCells cellsOf(const ChannelMap& map, const QRect& region, int mostColumns) {
    MatrixCells cells;
    cells.region = region;
    cells.columnsPerCell = std::max(1, (region.width() + mostColumns - 1) / std::max(1, mostColumns));
    cells.values.assign(static_cast<std::size_t>(cells.rows()) * static_cast<std::size_t>(cells.columns()), kNone);
    for (int y = 0; y < cells.rows(); ++y)
        for (int x = 0; x < cells.columns(); ++x) {
            const int row = region.top() + y;
            const int first = region.left() + x * cells.columnsPerCell;
            if (const int channel = map.largestChannel(row, first, cells.columnsPerCell); channel >= 0)
                cells.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(cells.columns()) +
                             static_cast<std::size_t>(x)] = std::max(map.at(row, channel), map.low);
        }
    return cells;
}

} // namespace vernier::ui
