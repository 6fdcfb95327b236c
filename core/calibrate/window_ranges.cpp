#include "core/calibrate/window_ranges.h"

#include <algorithm>
#include <limits>

namespace vernier {

void WindowRanges::add(std::size_t window, float least, float most) {
    if (window >= low.size()) {
        low.resize(window + 1, std::numeric_limits<float>::infinity());
        high.resize(window + 1, -std::numeric_limits<float>::infinity());
    }
    low[window] = std::min(low[window], least);
    high[window] = std::max(high[window], most);
}

void WindowRanges::merge(const WindowRanges& other) {
    for (std::size_t window = 0; window < other.windows(); ++window)
        add(window, other.low[window], other.high[window]);
}

WindowRanges::Range WindowRanges::movingAverage(double averagingConstant) const {
    Range range;
    bool begun = false;
    for (std::size_t window = 0; window < windows(); ++window) {
        if (!seen(window))
            continue;
        const Range here{double{low[window]}, double{high[window]}};
        range = begun ? Range{range.low + averagingConstant * (here.low - range.low),
                              range.high + averagingConstant * (here.high - range.high)}
                      : here;
        begun = true;
    }
    return range;
}

} // namespace vernier
