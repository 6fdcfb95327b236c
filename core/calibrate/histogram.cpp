#include "core/calibrate/histogram.h"

#include "core/base/error.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace vernier {

namespace {

// Fixed, so that what each task counts does not depend on the number of threads (counts would merge exactly anyway).
constexpr Index kValuesPerTask = 1 << 18;

// Largest k a float can need: 2^128 over half of the bins.
constexpr int kCoarsest = 128;

// Bins beyond this index could not be told apart in double precision.
constexpr double kLargestBin = 4503599627370496.0; // 2^52

/// Bin of a value at width 2^k: the floor of value / 2^k. Scaling by a power of two is exact; the conversion truncates,
/// which is one too high for negative values between bin edges.
inline std::int64_t binOf(double value, double scale) {
    const double place = value * scale;
    const auto bin = static_cast<std::int64_t>(place);
    return bin - (place < static_cast<double>(bin) ? 1 : 0);
}

// Bins within these bounds are found in single precision: the scaled value and its whole part are exact.
constexpr double kLargestFloatBin = 8388608.0; // 2^23
constexpr int kCoarsestFloat = 100;            // a finer scale than 2^-100 is an ordinary float

// Values whose bins are found side by side before they are counted one by one.
constexpr Index kBatch = 128;

struct Extremes {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    std::uint64_t notFinite = 0;
};

/// Smallest and largest finite value of x[0 … n), and how many are not finite.
VERNIER_MULTIVERSION Extremes extremesOf(const float* x, Index n) {
    constexpr Index kLanes = 16;
    constexpr float kLargest = std::numeric_limits<float>::max();
    std::array<float, kLanes> low, high;
    std::array<std::uint32_t, kLanes> finite{};
    low.fill(std::numeric_limits<float>::infinity());
    high.fill(-std::numeric_limits<float>::infinity());
    const auto take = [&](Index at, std::size_t lane) {
        const float value = x[at];
        const bool isFinite = std::fabs(value) <= kLargest;
        low[lane] = isFinite && value < low[lane] ? value : low[lane];
        high[lane] = isFinite && value > high[lane] ? value : high[lane];
        finite[lane] += isFinite ? 1u : 0u;
    };
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            take(i + lane, static_cast<std::size_t>(lane));
    for (; i < n; ++i)
        take(i, 0);
    const auto known = std::accumulate(finite.begin(), finite.end(), std::uint64_t{0});
    return {std::ranges::min(low), std::ranges::max(high), static_cast<std::uint64_t>(n) - known};
}

/// Places among the counts of values whose bins are small numbers. A product that underflows keeps the sign of its
/// value: what is negative belongs below bin 0.
VERNIER_MULTIVERSION void placesOf(const float* x, Index n, float scale, std::int32_t first, std::int32_t* places) {
    for (Index i = 0; i < n; ++i) {
        const float place = x[i] * scale;
        const auto whole = static_cast<std::int32_t>(place);
        const bool below = (place < static_cast<float>(whole)) | ((x[i] < 0.0f) & (whole == 0));
        places[i] = whole - first - (below ? 1 : 0);
    }
}

/// Smallest width exponent, not below from, with which [low, high] fits in so many bins.
int exponentFor(double low, double high, int from, int maxBins) {
    for (int k = from;; ++k) {
        const double first = std::floor(std::ldexp(low, -k)), last = std::floor(std::ldexp(high, -k));
        if (last - first < maxBins && std::fabs(first) < kLargestBin && std::fabs(last) < kLargestBin)
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

/// Makes room for [low, high] beside what is known, at the one width that depends on nothing but the values.
void Histogram::prepareFor(double low, double high, int finest) {
    double first = low, last = high;
    if (!m_counts.empty()) {
        first = std::min(first, lowerEdge(0));
        last = std::max(last, lowerEdge(m_counts.size() - 1));
    }
    widenTo(exponentFor(first, last, finest, m_maxBins));
    const double scale = std::ldexp(1.0, -m_exponent);
    cover(binOf(low, scale), binOf(high, scale));
}

std::uint64_t Histogram::observe(MatrixView<const float> x) {
    // Rows that follow each other without gaps are as good as one.
    const bool flat = x.contiguous();
    const Index perTask = flat ? kValuesPerTask : std::max<Index>(1, kValuesPerTask / std::max<Index>(1, x.cols));
    const Index all = flat ? x.rows * x.cols : x.rows;
    const Index tasks = (all + perTask - 1) / perTask;
    std::vector<Histogram> partial(static_cast<std::size_t>(tasks), Histogram(m_maxBins));
    std::vector<std::uint64_t> notFinite(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) {
        const auto at = static_cast<std::size_t>(task);
        const Index first = task * perTask, n = std::min(perTask, all - first);
        if (flat)
            notFinite[at] = partial[at].countFinite(x.data + first, n);
        else
            for (Index row = first; row < first + n; ++row)
                notFinite[at] += partial[at].countFinite(x.row(row), x.cols);
    });
    for (const Histogram& part : partial)
        merge(part);
    return std::accumulate(notFinite.begin(), notFinite.end(), std::uint64_t{0});
}

std::uint64_t Histogram::countFinite(const float* x, Index n) {
    const Extremes extremes = extremesOf(x, n);
    if (extremes.notFinite == 0) {
        count({x, 1, n}, extremes.low, extremes.high);
    } else if (extremes.low <= extremes.high) {
        std::vector<float> finite;
        std::copy_if(x, x + n, std::back_inserter(finite), [](float value) { return std::isfinite(value); });
        count({finite.data(), 1, std::ssize(finite)}, extremes.low, extremes.high);
    }
    return extremes.notFinite;
}

void Histogram::count(MatrixView<const float> x, float low, float high) {
    if (x.rows == 0 || x.cols == 0)
        return;
    prepareFor(double{low}, double{high}, m_exponent);
    const double scale = std::ldexp(1.0, -m_exponent);
    const double furthest = static_cast<double>(std::max(std::abs(m_first), std::abs(m_first + std::ssize(m_counts))));
    const bool small = furthest < kLargestFloatBin && m_exponent <= kCoarsestFloat;
    std::array<std::int32_t, kBatch> places;
    for (Index row = 0; row < x.rows; ++row)
        for (Index at = 0; at < x.cols; at += kBatch) {
            const Index n = std::min(kBatch, x.cols - at);
            const float* values = x.row(row) + at;
            if (small)
                placesOf(values, n, static_cast<float>(scale), static_cast<std::int32_t>(m_first), places.data());
            else
                for (Index i = 0; i < n; ++i)
                    places[static_cast<std::size_t>(i)] =
                        static_cast<std::int32_t>(binOf(double{values[i]}, scale) - m_first);
            for (Index i = 0; i < n; ++i)
                ++m_counts[static_cast<std::size_t>(places[static_cast<std::size_t>(i)])];
        }
}

void Histogram::merge(const Histogram& other) {
    if (other.m_maxBins != m_maxBins)
        throw Error(ErrorKind::Internal, "histogram", "merged sizes differ");
    if (other.m_counts.empty())
        return;
    Histogram addend = other;
    prepareFor(addend.lowerEdge(0), addend.lowerEdge(addend.m_counts.size() - 1),
               std::max(m_exponent, addend.m_exponent));
    addend.widenTo(m_exponent);
    for (std::size_t i = 0; i < addend.m_counts.size(); ++i)
        m_counts[static_cast<std::size_t>(addend.m_first - m_first) + i] += addend.m_counts[i];
}

double Histogram::quantile(double share) const {
    const double wanted = share * static_cast<double>(total());
    double below = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const auto here = static_cast<double>(m_counts[i]);
        if (here > 0 && below + here >= wanted)
            return lowerEdge(i) + binWidth() * std::max(0.0, wanted - below) / here;
        below += here;
    }
    return m_counts.empty() ? 0.0 : lowerEdge(m_counts.size());
}

Histogram Histogram::fromParts(int exponent, std::int64_t firstBin, std::vector<std::uint64_t> counts, int maxBins) {
    const bool fits = exponent >= kFinest && exponent <= kCoarsest && maxBins >= 2 && maxBins <= kMaxBins &&
                      counts.size() <= static_cast<std::size_t>(maxBins) &&
                      std::fabs(static_cast<double>(firstBin)) < kLargestBin;
    if (!fits || (!counts.empty() && (counts.front() == 0 || counts.back() == 0)))
        throw Error(ErrorKind::Input, "histogram", "its bins are not those of a histogram", "compute it again");
    Histogram histogram(maxBins);
    histogram.m_exponent = exponent;
    histogram.m_first = counts.empty() ? 0 : firstBin;
    histogram.m_counts = std::move(counts);
    return histogram;
}

} // namespace vernier
