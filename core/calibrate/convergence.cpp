#include "core/calibrate/convergence.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Median of the numbers that are known, the lower one of an even number's two; NaN when none is.
double median(std::vector<double> values) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty())
        return kUnknown;
    const auto middle = values.begin() + (std::ssize(values) - 1) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Watches a block's Grams at every size, keeping those of the size before.
class GramWatch {
public:
    GramWatch(const ArchitectureSpec& spec, BlockStatistics& statistics) : m_statistics(statistics) {
        for (std::size_t g = 0; g < statistics.grams.size(); ++g)
            m_taps.push_back({tapName(spec, statistics.block, g), statistics.block, {}, {}});
    }

    /// All statistics hold what so many windows showed.
    void reached(std::int64_t windows, bool last) {
        for (std::size_t g = 0; g < m_taps.size(); ++g) {
            const Gram& now = m_statistics.grams[g];
            if (m_before) {
                m_taps[g].gramChange.push_back(gramDistance(m_grams[g], now));
                m_taps[g].rangeGrowth.push_back(rangeGrowth(m_statistics.taps[g].windows, *m_before, windows));
            }
            if (last)
                continue;
            if (!m_before)
                m_grams.emplace_back(now.in());
            m_grams[g] = Gram(); // at no time three
            m_grams[g] = Gram(cloneOf(now.sum()), now.tokens());
        }
        m_before = windows;
    }
    std::vector<TapConvergence> take() { return std::move(m_taps); }

private:
    static Matrix cloneOf(MatrixView<const float> matrix) {
        Matrix copy(matrix.rows, matrix.cols);
        for (Index i = 0; i < matrix.rows; ++i)
            std::copy_n(matrix.row(i), matrix.cols, copy.view().row(i));
        return copy;
    }

    BlockStatistics& m_statistics;
    std::vector<TapConvergence> m_taps;
    std::vector<Gram> m_grams;
    std::optional<std::int64_t> m_before;
};

ConvergenceStep sumUp(std::int64_t from, std::int64_t to, const std::vector<TapConvergence>& taps, std::size_t step) {
    ConvergenceStep sum;
    sum.from = from;
    sum.to = to;
    std::vector<double> changes, growths;
    for (const TapConvergence& tap : taps) {
        const double change = tap.gramChange[step], growth = tap.rangeGrowth[step];
        changes.push_back(change);
        growths.push_back(growth);
        if (change > sum.worstChange || (sum.worstTap.empty() && !std::isnan(change))) {
            sum.worstChange = change;
            sum.worstTap = tap.tap;
        }
        sum.worstGrowth = std::isnan(growth) ? sum.worstGrowth : std::max(sum.worstGrowth, growth);
    }
    sum.medianChange = median(std::move(changes));
    sum.medianGrowth = median(std::move(growths));
    return sum;
}

} // namespace

std::vector<std::int64_t> convergenceSizes(std::int64_t windows) {
    std::vector<std::int64_t> sizes;
    for (std::int64_t size = windows; size > 0; size /= 2)
        sizes.push_back(size);
    std::ranges::reverse(sizes);
    return sizes;
}

double gramDistance(const Gram& a, const Gram& b) {
    if (a.in() != b.in())
        throw Error(ErrorKind::Internal, "Gram", "compared widths differ");
    if (a.tokens() == 0 || b.tokens() == 0)
        return kUnknown;
    const auto left = a.sum(), right = b.sum();
    const double perA = 1 / static_cast<double>(a.tokens()), perB = 1 / static_cast<double>(b.tokens());
    std::vector<double> apart(static_cast<std::size_t>(b.in())), size(apart.size());
    parallelFor(b.in(), [&](Index i) {
        double difference = 0, square = 0;
        for (Index j = 0; j < right.cols; ++j) {
            const double x = perA * double{left(i, j)}, y = perB * double{right(i, j)};
            difference += (x - y) * (x - y);
            square += y * y;
        }
        apart[static_cast<std::size_t>(i)] = difference;
        size[static_cast<std::size_t>(i)] = square;
    });
    const double difference = std::accumulate(apart.begin(), apart.end(), 0.0);
    const double square = std::accumulate(size.begin(), size.end(), 0.0);
    if (difference == 0)
        return 0;
    return std::sqrt(difference / square);
}

double rangeGrowth(const WindowRanges& ranges, std::int64_t from, std::int64_t to) {
    double low = 0, high = 0, width = kUnknown;
    bool begun = false;
    const auto known = static_cast<std::int64_t>(ranges.windows());
    for (std::int64_t window = 0; window < to; ++window) {
        const auto at = static_cast<std::size_t>(window);
        if (window < known && ranges.seen(at)) {
            low = begun ? std::min(low, double{ranges.low[at]}) : double{ranges.low[at]};
            high = begun ? std::max(high, double{ranges.high[at]}) : double{ranges.high[at]};
            begun = true;
        }
        if (window + 1 == from && begun)
            width = high - low;
    }
    return std::isnan(width) || high > low ? 1 - width / (high - low) : 0;
}

std::vector<TapConvergence> observeConvergence(const ArchitectureSpec& spec, const Block& block,
                                               const TokenWindows& windows, HiddenStates& hidden,
                                               BlockStatistics& statistics, const JobContext& job,
                                               const DocumentName& documentName) {
    const std::vector<std::int64_t> sizes = convergenceSizes(windows.count());
    auto next = sizes.begin();
    GramWatch watch(spec, statistics);
    hidden.update(
        [&](Index first, MatrixView<float> rows) {
            // Chunks are of whole windows; one is run in parts where a size ends inside it.
            for (Index done = 0; done < rows.rows;) {
                const Index sizeEnd = static_cast<Index>(*next) * windows.sequenceLength - first;
                const Index end = std::min(rows.rows, sizeEnd);
                observeBlock(spec, block, rows.rowRange(done, end - done), first + done, windows, statistics, job,
                             documentName, {TapKind::LinearInput});
                if (end == sizeEnd) {
                    watch.reached(*next, next + 1 == sizes.end());
                    ++next;
                }
                done = end;
            }
        },
        job);
    return watch.take();
}

Convergence summarise(std::int64_t windows, std::vector<TapConvergence> taps) {
    const std::vector<std::int64_t> sizes = convergenceSizes(windows);
    Convergence convergence;
    for (std::size_t step = 0; step + 1 < sizes.size(); ++step)
        convergence.steps.push_back(sumUp(sizes[step], sizes[step + 1], taps, step));
    convergence.taps = std::move(taps);
    return convergence;
}

ConvergenceVerdict judge(const Convergence& convergence, double threshold) {
    ConvergenceVerdict verdict;
    verdict.threshold = threshold;
    if (convergence.steps.empty()) {
        verdict.windows = 1;
        verdict.text = "a single window says nothing about convergence: add data";
        return verdict;
    }
    const ConvergenceStep& last = convergence.steps.back();
    verdict.windows = last.to;
    verdict.lastChange = last.worstChange;
    // From the end back to the first step that moved too much; where it led to is enough.
    for (auto step = convergence.steps.rbegin(); step != convergence.steps.rend() && step->worstChange < threshold;
         ++step) {
        verdict.enough = true;
        verdict.windows = step->from;
    }
    if (verdict.enough)
        verdict.text = fmt::format("enough at {} windows: no doubling from there on changed any tap's Gram by {:.3g} % "
                                   "or more",
                                   verdict.windows, 100 * threshold);
    else
        verdict.text = fmt::format("still moving at {} windows: add data; the last doubling changed the Gram of {} by "
                                   "{:.1f} %, more than {:.3g} %",
                                   verdict.windows, last.worstTap, 100 * last.worstChange, 100 * threshold);
    return verdict;
}

} // namespace vernier
