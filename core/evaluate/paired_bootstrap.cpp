#include "core/evaluate/paired_bootstrap.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vernier {

namespace {

struct WindowSum {
    double difference = 0;
    std::int64_t tokens = 0;
};

std::vector<WindowSum> sumsByWindow(const TokenWindows& windows, std::span<const float> first,
                                    std::span<const float> second) {
    std::vector<WindowSum> sums;
    const auto length = static_cast<std::size_t>(windows.sequenceLength);
    for (std::size_t window = 0; window < static_cast<std::size_t>(windows.count()); ++window) {
        WindowSum sum;
        for (std::size_t i = window * length; i < (window + 1) * length; ++i)
            if (const double difference = double{first[i]} - double{second[i]}; !std::isnan(difference)) {
                sum.difference += difference;
                ++sum.tokens;
            }
        if (sum.tokens > 0)
            sums.push_back(sum);
    }
    return sums;
}

/// The value below which a share of sorted values lies, between the two nearest.
double percentile(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const double part = at - static_cast<double>(below);
    return sorted[below] + part * (sorted[std::min(below + 1, sorted.size() - 1)] - sorted[below]);
}

} // namespace

PairedComparison pairedBootstrap(const TokenWindows& windows, std::span<const float> first,
                                 std::span<const float> second, int resamples, std::uint64_t seed) {
    if (first.size() != windows.ids.size() || second.size() != windows.ids.size())
        throw Error(ErrorKind::Input, "paired comparison", "the losses are of other windows");
    const std::vector<WindowSum> sums = sumsByWindow(windows, first, second);
    if (sums.size() < 2)
        throw Error(ErrorKind::Input, "paired comparison", "fewer than two windows have predictions",
                    "compare on more text");
    PairedComparison comparison;
    comparison.windows = std::ssize(sums);
    double total = 0;
    for (const WindowSum& sum : sums) {
        total += sum.difference;
        comparison.tokens += sum.tokens;
    }
    comparison.meanDifference = total / static_cast<double>(comparison.tokens);

    SeededRandom random(seed);
    std::vector<double> means(static_cast<std::size_t>(std::max(resamples, 1)));
    for (double& mean : means) {
        WindowSum drawn;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const WindowSum& sum = sums[random.below(sums.size())];
            drawn.difference += sum.difference;
            drawn.tokens += sum.tokens;
        }
        mean = drawn.difference / static_cast<double>(drawn.tokens);
        comparison.firstBetterShare += mean < 0 ? 1 : 0;
    }
    comparison.firstBetterShare /= static_cast<double>(means.size());
    std::ranges::sort(means);
    comparison.low = percentile(means, 0.025);
    comparison.high = percentile(means, 0.975);
    return comparison;
}

} // namespace vernier
