#include "core/calibrate/magnitudes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier {

Magnitudes::Magnitudes(const Histogram& histogram) {
    if (histogram.empty())
        return;
    // [i w, (i + 1) w) of negative i holds the magnitudes of bin −i − 1.
    const auto folded = [&](std::size_t index) {
        const std::int64_t bin = histogram.firstBin() + static_cast<std::int64_t>(index);
        return bin >= 0 ? bin : -bin - 1;
    };
    const std::int64_t furthest = std::max(folded(0), folded(histogram.counts().size() - 1));
    int joined = 0;
    while ((furthest >> joined) >= Histogram::kMaxBins)
        ++joined;
    binWidth = std::ldexp(histogram.binWidth(), joined);
    counts.assign(static_cast<std::size_t>(furthest >> joined) + 1, 0);
    for (std::size_t i = 0; i < histogram.counts().size(); ++i)
        counts[static_cast<std::size_t>(folded(i) >> joined)] += histogram.counts()[i];
}

double Magnitudes::quantileEdge(double share) const {
    const double wanted = share * static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    double through = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        through += static_cast<double>(counts[i]);
        if (through > 0 && through >= wanted)
            return upperEdge(i);
    }
    return counts.empty() ? 0 : upperEdge(counts.size() - 1);
}

} // namespace vernier
