#include "core/calibrate/histogram.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vernier {

namespace {

// Fixed, so that what each task counts does not depend on the number of threads (counts would merge exactly anyway).
constexpr Index kRowsPerTask = 128;

// Largest k a float can need: 2^128 over half of the bins.
constexpr int kCoarsest = 128;

// Bins beyond this index could not be told apart in double precision.
constexpr double kLargestBin = 4503599627370496.0; // 2^52

/// Bin of a value at width 2^k: the floor of value / 2^k. Scaling by a power of two is exact; the conversion truncates,
/// which is one too high for negative values between bin edges.
inline std::int64_t binOf(float value, double scale) {
    const double place = double{value} * scale;
    const auto bin = static_cast<std::int64_t>(place);
    return bin - (place < static_cast<double>(bin) ? 1 : 0);
}

struct Extremes {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    std::uint64_t notFinite = 0;
};

Extremes extremesOf(MatrixView<const float> x) {
    Extremes found;
    for (Index i = 0; i < x.rows; ++i)
        for (Index j = 0; j < x.cols; ++j) {
            const float value = x(i, j);
            if (!std::isfinite(value)) {
                ++found.notFinite;
                continue;
            }
            found.low = std::min(found.low, value);
            found.high = std::max(found.high, value);
        }
    return found;
}

/// Smallest width exponent, not below from, with which [low, high] fits.
int exponentFor(double low, double high, int from) {
    for (int k = from;; ++k) {
        const double first = std::floor(std::ldexp(low, -k)), last = std::floor(std::ldexp(high, -k));
        if (last - first < Histogram::kMaxBins && std::fabs(first) < kLargestBin && std::fabs(last) < kLargestBin)
            return k;
    }
}

std::int64_t floorHalf(std::int64_t bin) {
    return bin >= 0 ? bin / 2 : -((-bin + 1) / 2);
}

} // namespace

double Histogram::binWidth() const {
    return std::ldexp(1.0, m_exponent);
}

double Histogram::lowerEdge(std::size_t index) const {
    return std::ldexp(static_cast<double>(m_first + static_cast<std::int64_t>(index)), m_exponent);
}

std::uint64_t Histogram::total() const {
    return std::accumulate(m_counts.begin(), m_counts.end(), std::uint64_t{0});
}

void Histogram::widenTo(int exponent) {
    for (; m_exponent < exponent; ++m_exponent) {
        if (m_counts.empty())
            continue;
        const std::int64_t first = floorHalf(m_first), last = floorHalf(m_first + std::ssize(m_counts) - 1);
        std::vector<std::uint64_t> halved(static_cast<std::size_t>(last - first + 1));
        for (std::size_t i = 0; i < m_counts.size(); ++i)
            halved[static_cast<std::size_t>(floorHalf(m_first + static_cast<std::int64_t>(i)) - first)] += m_counts[i];
        m_counts = std::move(halved);
        m_first = first;
    }
}

void Histogram::cover(std::int64_t low, std::int64_t high) {
    if (m_counts.empty()) {
        m_first = low;
        m_counts.assign(static_cast<std::size_t>(high - low + 1), 0);
        return;
    }
    if (low < m_first) {
        m_counts.insert(m_counts.begin(), static_cast<std::size_t>(m_first - low), 0);
        m_first = low;
    }
    if (const std::int64_t size = high - m_first + 1; size > std::ssize(m_counts))
        m_counts.resize(static_cast<std::size_t>(size), 0);
}

std::uint64_t Histogram::observe(MatrixView<const float> x) {
    const Index tasks = (x.rows + kRowsPerTask - 1) / kRowsPerTask;
    const auto rowsOf = [&](Index task) {
        const Index first = task * kRowsPerTask;
        return x.rowRange(first, std::min(kRowsPerTask, x.rows - first));
    };
    std::vector<Extremes> extremes(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) { extremes[static_cast<std::size_t>(task)] = extremesOf(rowsOf(task)); });
    Extremes all;
    for (const Extremes& part : extremes) {
        all.low = std::min(all.low, part.low);
        all.high = std::max(all.high, part.high);
        all.notFinite += part.notFinite;
    }
    if (all.low > all.high) // nothing finite
        return all.notFinite;

    // Cover the union of what was known and what comes, at the one width that depends on nothing but the values.
    double low = all.low, high = all.high;
    if (!m_counts.empty()) {
        low = std::min(low, lowerEdge(0));
        high = std::max(high, lowerEdge(m_counts.size() - 1));
    }
    widenTo(exponentFor(low, high, m_exponent));
    const double scale = std::ldexp(1.0, -m_exponent);
    cover(binOf(all.low, scale), binOf(all.high, scale));

    std::vector<std::vector<std::uint32_t>> partial(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) {
        auto& counts = partial[static_cast<std::size_t>(task)];
        counts.assign(m_counts.size(), 0);
        const auto rows = rowsOf(task);
        for (Index i = 0; i < rows.rows; ++i)
            for (Index j = 0; j < rows.cols; ++j)
                if (const float value = rows(i, j); std::isfinite(value))
                    ++counts[static_cast<std::size_t>(binOf(value, scale) - m_first)];
    });
    for (const auto& counts : partial)
        for (std::size_t i = 0; i < counts.size(); ++i)
            m_counts[i] += counts[i];
    return all.notFinite;
}

void Histogram::merge(const Histogram& other) {
    if (other.m_counts.empty())
        return;
    Histogram addend = other;
    const int common = std::max(m_exponent, addend.m_exponent);
    double low = addend.lowerEdge(0), high = addend.lowerEdge(addend.m_counts.size() - 1);
    if (!m_counts.empty()) {
        low = std::min(low, lowerEdge(0));
        high = std::max(high, lowerEdge(m_counts.size() - 1));
    }
    const int exponent = exponentFor(low, high, common);
    widenTo(exponent);
    addend.widenTo(exponent);
    cover(addend.m_first, addend.m_first + std::ssize(addend.m_counts) - 1);
    for (std::size_t i = 0; i < addend.m_counts.size(); ++i)
        m_counts[static_cast<std::size_t>(addend.m_first - m_first) + i] += addend.m_counts[i];
}

Histogram Histogram::fromParts(int exponent, std::int64_t firstBin, std::vector<std::uint64_t> counts) {
    const bool fits = exponent >= kFinest && exponent <= kCoarsest && counts.size() <= kMaxBins &&
                      std::fabs(static_cast<double>(firstBin)) < kLargestBin;
    if (!fits || (!counts.empty() && (counts.front() == 0 || counts.back() == 0)))
        throw Error(ErrorKind::Input, "histogram", "its bins are not those of a histogram", "compute it again");
    Histogram histogram;
    histogram.m_exponent = exponent;
    histogram.m_first = counts.empty() ? 0 : firstBin;
    histogram.m_counts = std::move(counts);
    return histogram;
}

} // namespace vernier
