#pragma once

#include "core/calibrate/tap_statistics.h"

#include <limits>
#include <optional>
#include <vector>

namespace vernier {

/// Says which of a tap's kept values are asked for: all that lie in [low, high), of one channel or of any.
struct KeptValuesQuery {
    std::optional<Index> channel = {};
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();

    bool operator==(const KeptValuesQuery&) const = default;
};

/// The values of a tap whose tokens are known, the most extreme first, each once: the most extreme ones of the whole
/// tap (ObserverOptions::extremes) and the largest |x| of every channel, unless that is 0. All others were counted, and
/// nobody knows any more which token caused them.
std::vector<ExtremeValue> keptValues(const TapStatistics& tap, const KeptValuesQuery& query = {});

} // namespace vernier
