#include "core/base/error.h"
#include "core/calibrate/tap_statistics.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {

namespace {

// One task sweeps these neighbouring channels over all rows, a few rows at a time: what is read once for the moments
// is still in the nearest cache when it is counted. Fixed, so that the split does not depend on the number of threads.
constexpr Index kChannelsPerTask = 128;
constexpr Index kRowsPerStrip = 64;

/// Sums over a strip of rows, per channel, of the powers of the distance from a shift.
struct Strip {
    std::array<float, kChannelsPerTask> min, max;
    std::array<double, kChannelsPerTask> shift, s1, s2, s3, s4, sumAbs;
};

using Floats [[gnu::vector_size(32)]] = float;
using Doubles [[gnu::vector_size(64)]] = double;
constexpr Index kSideBySide = 8;

// kSideBySide channels through all rows of the strip: what is summed stays in registers. Every channel is summed in the
// order of its rows, as one after the other. Always part of its caller, whose processor it is compiled for.
[[gnu::always_inline]] inline void sumSideBySide(const float* x, Index stride, Index rows, std::size_t first,
                                                 Strip& strip) {
    Doubles shift, s1{}, s2{}, s3{}, s4{}, sumAbs{};
    std::memcpy(&shift, &strip.shift[first], sizeof shift);
    Floats low = Floats{} + std::numeric_limits<float>::infinity(), high = -low;
    for (Index row = 0; row < rows; ++row, x += stride) {
        Floats values;
        std::memcpy(&values, x, sizeof values);
        low = values < low ? values : low;
        high = values > high ? values : high;
        const Doubles wide = __builtin_convertvector(values, Doubles), d = wide - shift, d2 = d * d;
        s1 += d;
        s2 += d2;
        s3 += d2 * d;
        s4 += d2 * d2;
        sumAbs += wide < 0.0 ? -wide : wide;
    }
    const auto store = [&](auto& array, const auto& values) { std::memcpy(&array[first], &values, sizeof values); };
    store(strip.min, low), store(strip.max, high), store(strip.sumAbs, sumAbs);
    store(strip.s1, s1), store(strip.s2, s2), store(strip.s3, s3), store(strip.s4, s4);
}

VERNIER_MULTIVERSION void sumStrip(const float* x, Index stride, Index rows, Index channels, Strip& strip) {
    Index c = 0;
    for (; c + kSideBySide <= channels; c += kSideBySide)
        sumSideBySide(x + c, stride, rows, static_cast<std::size_t>(c), strip);
    for (; c < channels; ++c) {
        const auto i = static_cast<std::size_t>(c);
        strip.min[i] = std::numeric_limits<float>::infinity();
        strip.max[i] = -std::numeric_limits<float>::infinity();
        strip.s1[i] = strip.s2[i] = strip.s3[i] = strip.s4[i] = strip.sumAbs[i] = 0;
        for (Index row = 0; row < rows; ++row) {
            const float value = x[row * stride + c];
            strip.min[i] = value < strip.min[i] ? value : strip.min[i];
            strip.max[i] = value > strip.max[i] ? value : strip.max[i];
            const double wide = static_cast<double>(value), d = wide - strip.shift[i], d2 = d * d;
            strip.s1[i] += d;
            strip.s2[i] += d2;
            strip.s3[i] += d2 * d;
            strip.s4[i] += d2 * d2;
            strip.sumAbs[i] += std::fabs(wide);
        }
    }
}

VERNIER_MULTIVERSION float largestMagnitude(const float* x, Index n) {
    constexpr Index kLanes = 16;
    std::array<float, kLanes> largest{};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane) {
            const auto at = static_cast<std::size_t>(lane);
            const float magnitude = std::fabs(x[i + lane]);
            largest[at] = magnitude > largest[at] ? magnitude : largest[at];
        }
    for (; i < n; ++i)
        largest[0] = std::max(largest[0], std::fabs(x[i]));
    return std::ranges::max(largest);
}

/// What one task finds beside its channels' own numbers.
struct Findings {
    Histogram histogram;
    ExtremeValues extremes;
    WindowRanges windows;
    NotFinite notFinite;
};

/// Sweeps neighbouring channels of a tap. Their own numbers go where they belong, for no other task writes there.
class ChannelSweep {
public:
    ChannelSweep(TapStatistics& tap, Index firstChannel, Index channels, Findings& found)
        : m_tap(tap), m_first(firstChannel), m_channels(channels), m_seen(tap.tokens()), m_found(found) {}

    void run(MatrixView<const float> x, const TokenRows& rows) {
        for (Index at = 0, n = 0; at < x.rows; at += n) {
            n = rows.sameWindow(at, std::min(kRowsPerStrip, x.rows - at));
            const auto values = gather(x.rowRange(at, n));
            if (!sum(values)) {
                countNotFinite(values, rows, at);
                continue;
            }
            const float low = *std::min_element(m_strip.min.begin(), m_strip.min.begin() + m_channels);
            const float high = *std::max_element(m_strip.max.begin(), m_strip.max.begin() + m_channels);
            m_found.windows.add(rows.window(at), low, high);
            m_found.histogram.count(values, low, high);
            if (std::max(std::fabs(low), std::fabs(high)) >= m_found.extremes.threshold())
                offerExtremes(values, rows, at);
            if (!m_tap.channelHistograms.empty())
                countChannels(values);
            addStrip(values, rows, at);
        }
    }

private:
    /// The strip's values side by side: rows of a tap often stand a power of two apart, and would drive each other out
    /// of the nearest cache when channels are followed down the rows.
    MatrixView<const float> gather(MatrixView<const float> rows) {
        for (Index row = 0; row < rows.rows; ++row)
            std::copy_n(rows.row(row), m_channels, m_values.data() + row * kChannelsPerTask);
        return {m_values.data(), rows.rows, m_channels, kChannelsPerTask};
    }

    /// Fills the strip; false when a value is not finite, which the sums of magnitudes then are not either.
    bool sum(MatrixView<const float> values) {
        for (Index c = 0; c < m_channels; ++c)
            m_strip.shift[at(c)] = m_seen > 0 ? m_tap.channels.moments[channel(c)].mean : double{values(0, c)};
        sumStrip(values.data, values.stride, values.rows, m_channels, m_strip);
        double total = 0;
        for (Index c = 0; c < m_channels; ++c)
            total += m_strip.sumAbs[at(c)];
        return std::isfinite(total);
    }

    void addStrip(MatrixView<const float> values, const TokenRows& rows, Index firstRow) {
        ChannelStatistics& all = m_tap.channels;
        const MomentMerge join(m_seen, static_cast<std::uint64_t>(values.rows));
        const auto n = static_cast<double>(values.rows);
        for (Index c = 0; c < m_channels; ++c) {
            const std::size_t from = at(c), to = channel(c);
            const float before = m_seen > 0 ? std::max(std::fabs(all.min[to]), std::fabs(all.max[to])) : -1.0f;
            const float here = std::max(std::fabs(m_strip.min[from]), std::fabs(m_strip.max[from]));
            if (here > before)
                for (Index row = 0; row < values.rows; ++row)
                    if (std::fabs(values(row, c)) == here) {
                        all.absMaxRow[to] = rows.row(firstRow + row);
                        break;
                    }
            all.min[to] = std::min(all.min[to], m_strip.min[from]);
            all.max[to] = std::max(all.max[to], m_strip.max[from]);
            all.sumAbs[to] += m_strip.sumAbs[from];
            all.moments[to] =
                join(all.moments[to], momentsFromSums(n, m_strip.shift[from], m_strip.s1[from], m_strip.s2[from],
                                                      m_strip.s3[from], m_strip.s4[from]));
        }
        m_seen += static_cast<std::uint64_t>(values.rows);
    }

    void offerExtremes(MatrixView<const float> values, const TokenRows& rows, Index firstRow) {
        for (Index row = 0; row < values.rows; ++row) {
            if (largestMagnitude(values.row(row), m_channels) < m_found.extremes.threshold())
                continue;
            for (Index c = 0; c < m_channels; ++c)
                if (std::fabs(values(row, c)) >= m_found.extremes.threshold())
                    m_found.extremes.offer(
                        {values(row, c), static_cast<std::uint32_t>(channel(c)), rows.row(firstRow + row)});
        }
    }

    void countChannels(MatrixView<const float> values) {
        std::array<float, kRowsPerStrip> column;
        for (Index c = 0; c < m_channels; ++c) {
            for (Index row = 0; row < values.rows; ++row)
                column[static_cast<std::size_t>(row)] = values(row, c);
            m_tap.channelHistograms[channel(c)].count({column.data(), 1, values.rows}, m_strip.min[at(c)],
                                                      m_strip.max[at(c)]);
        }
    }

    void countNotFinite(MatrixView<const float> values, const TokenRows& rows, Index firstRow) {
        for (Index row = 0; row < values.rows; ++row)
            for (Index c = 0; c < m_channels; ++c)
                if (!std::isfinite(values(row, c)) && m_found.notFinite.count++ == 0)
                    m_found.notFinite.first = {values(row, c), static_cast<std::uint32_t>(channel(c)),
                                               rows.row(firstRow + row)};
    }

    static std::size_t at(Index c) { return static_cast<std::size_t>(c); }
    std::size_t channel(Index c) const { return static_cast<std::size_t>(m_first + c); }

    TapStatistics& m_tap;
    Index m_first, m_channels;
    std::uint64_t m_seen;
    Findings& m_found;
    Strip m_strip;
    alignas(64) std::array<float, kRowsPerStrip * kChannelsPerTask> m_values;
};

} // namespace

std::optional<NotFinite> TapStatistics::observe(MatrixView<const float> x, const TokenRows& rows,
                                                const JobContext& job) {
    if (tokens() == 0 && channels.channels() == 0)
        channels = ChannelStatistics(x.cols);
    if (x.cols != channels.channels())
        throw Error(ErrorKind::Internal, "tap statistics", "channel counts differ");
    const Index tasks = (x.cols + kChannelsPerTask - 1) / kChannelsPerTask;
    const ExtremeValues noExtremes(extremes.capacity(), extremes.threshold());
    std::vector<Findings> found(static_cast<std::size_t>(tasks), Findings{Histogram(), noExtremes, {}, {}});
    parallelFor(tasks, [&](Index task) {
        job.throwIfCancelled();
        const Index first = task * kChannelsPerTask, n = std::min(kChannelsPerTask, x.cols - first);
        ChannelSweep(*this, first, n, found[static_cast<std::size_t>(task)]).run(x.colRange(first, n), rows);
    });
    NotFinite bad;
    for (const Findings& part : found) {
        histogram.merge(part.histogram);
        extremes.merge(part.extremes);
        windows.merge(part.windows);
        if (part.notFinite.count > 0 && (bad.count == 0 || part.notFinite.first.row < bad.first.row))
            bad.first = part.notFinite.first;
        bad.count += part.notFinite.count;
    }
    channels.tokens += static_cast<std::uint64_t>(x.rows);
    return bad.count > 0 ? std::optional(bad) : std::nullopt;
}

} // namespace vernier
