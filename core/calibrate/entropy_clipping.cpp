#include "core/calibrate/entropy_clipping.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace vernier {

namespace {

double timesLog(double x) {
    return x > 0 ? x * std::log(x) : 0;
}

/// Sums over the first i bins, for every i.
struct Prefix {
    std::vector<double> counts{0}, filled{0}, timesLogs{0};

    explicit Prefix(const Magnitudes& magnitudes) {
        for (const std::uint64_t count : magnitudes.counts) {
            const auto value = static_cast<double>(count);
            counts.push_back(counts.back() + value);
            filled.push_back(filled.back() + (count > 0 ? 1 : 0));
            timesLogs.push_back(timesLogs.back() + timesLog(value));
        }
    }
    double sum(std::size_t from, std::size_t to) const { return counts[to] - counts[from]; }
};

/// KL(P‖Q) of the first i bins, times the number of all values. With c the counts, t those beyond, S and m the sum and
/// the number of bins not empty of a level: Σ P log P needs no levels, and Σ P log Q is Σ S log(S / m) over levels but
/// for the last bin, which stands for t more.
double divergence(const Prefix& prefix, std::size_t i, std::size_t levels) {
    const double total = prefix.counts.back(), inside = prefix.counts[i], beyond = total - inside;
    const double last = prefix.sum(i - 1, i);
    if (last == 0 && beyond > 0)
        return std::numeric_limits<double>::infinity();
    double crossed = 0, lastLevelDensity = 1;
    for (std::size_t level = 0, from = 0; level < levels; ++level) {
        const std::size_t to = ((level + 1) * i + levels - 1) / levels;
        if (const double sum = prefix.sum(from, to), filled = prefix.filled[to] - prefix.filled[from]; sum > 0) {
            lastLevelDensity = sum / filled;
            crossed += sum * std::log(lastLevelDensity);
        }
        from = to;
    }
    const double own = prefix.timesLogs[i - 1] + timesLog(last + beyond) - timesLog(total);
    return own - crossed - (beyond > 0 ? beyond * std::log(lastLevelDensity) : 0) + total * std::log(inside);
}

} // namespace

double entropyThreshold(const Magnitudes& magnitudes, int levels) {
    const std::size_t bins = magnitudes.counts.size(), wanted = static_cast<std::size_t>(levels);
    if (bins == 0)
        return 0;
    const Prefix prefix(magnitudes);
    double least = std::numeric_limits<double>::infinity();
    std::size_t best = bins;
    for (std::size_t i = wanted; i <= bins; ++i)
        if (const double here = divergence(prefix, i, wanted); here <= least && prefix.counts[i] > 0) {
            least = here;
            best = i;
        }
    return magnitudes.upperEdge(best - 1);
}

} // namespace vernier
