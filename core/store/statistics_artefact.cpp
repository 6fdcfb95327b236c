#include "core/store/artefact_checks.h"
#include "core/store/artefacts.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

namespace vernier {

namespace {

using artefact::refuse;
using artefact::requireSize;

constexpr const char* kStatistics = "block_statistics";

// Beyond any model; keeps sums over taps far from overflow.
constexpr std::size_t kMostTaps = 1 << 16;

std::vector<std::span<const float>> lowerTriangle(MatrixView<const float> matrix) {
    std::vector<std::span<const float>> rows;
    for (Index i = 0; i < matrix.rows; ++i)
        rows.emplace_back(matrix.row(i), static_cast<std::size_t>(i + 1));
    return rows;
}

Matrix symmetricFrom(const std::vector<float>& packed, Index n) {
    Matrix matrix(n, n);
    const float* row = packed.data();
    for (Index i = 0; i < n; row += ++i)
        std::copy_n(row, i + 1, matrix.view().row(i));
    // In tiles, because a whole column of a large matrix does not stay in the cache.
    constexpr Index kTile = 64;
    for (Index top = 0; top < n; top += kTile)
        for (Index left = 0; left <= top; left += kTile)
            for (Index i = top; i < std::min(n, top + kTile); ++i)
                for (Index j = left; j < std::min(i, left + kTile); ++j)
                    matrix(j, i) = matrix(i, j);
    return matrix;
}

/// Puts the values of all taps into one dataset, one tap behind the other.
template <class T>
struct Column {
    std::vector<T> values;

    template <class List>
    void add(const List& list) {
        values.insert(values.end(), list.begin(), list.end());
    }
};

/// Hands out the values of a dataset in the order in which taps put them there.
template <class T>
class Reader {
public:
    Reader(const H5File& file, const std::string& dataset, std::vector<T> values, std::size_t size)
        : m_values(std::move(values)) {
        requireSize(file, dataset, m_values, size);
    }
    std::vector<T> take(std::size_t count) {
        const auto from = m_values.begin() + static_cast<std::ptrdiff_t>(m_at);
        m_at += count;
        return {from, from + static_cast<std::ptrdiff_t>(count)};
    }
    T next() { return m_values[m_at++]; }

private:
    std::vector<T> m_values;
    std::size_t m_at = 0;
};

/// Histograms of taps or of channels, in their order.
struct HistogramColumns {
    std::vector<std::int32_t> exponent;
    std::vector<std::int64_t> firstBin;
    std::vector<std::uint32_t> bins;
    Column<std::uint64_t> counts;

    void add(const Histogram& histogram) {
        exponent.push_back(histogram.exponent());
        firstBin.push_back(histogram.firstBin());
        bins.push_back(static_cast<std::uint32_t>(histogram.counts().size()));
        counts.add(histogram.counts());
    }
    void write(H5File& file, const std::string& group) const {
        file.write(group + "/exponent", exponent);
        file.write(group + "/first_bin", firstBin);
        file.write(group + "/bins", bins);
        file.write(group + "/counts", counts.values);
    }
};

template <class Number>
std::size_t sumOf(const std::vector<Number>& numbers) {
    std::size_t sum = 0;
    for (const Number number : numbers)
        sum += static_cast<std::size_t>(number);
    return sum;
}

class HistogramReader {
public:
    HistogramReader(const H5File& file, const std::string& group, std::size_t histograms, int maxBins)
        : m_maxBins(maxBins), m_bins(file.readUint32(group + "/bins")),
          m_exponent(file, group + "/exponent", file.readInt32(group + "/exponent"), histograms),
          m_firstBin(file, group + "/first_bin", file.readInt64(group + "/first_bin"), histograms),
          m_counts(file, group + "/counts", file.readUint64(group + "/counts"), sumOf(m_bins)) {
        requireSize(file, group + "/bins", m_bins, histograms);
    }
    Histogram next() {
        return Histogram::fromParts(m_exponent.next(), m_firstBin.next(), m_counts.take(m_bins[m_at++]), m_maxBins);
    }

private:
    int m_maxBins;
    std::vector<std::uint32_t> m_bins;
    std::size_t m_at = 0;
    Reader<std::int32_t> m_exponent;
    Reader<std::int64_t> m_firstBin;
    Reader<std::uint64_t> m_counts;
};

struct ChannelColumns {
    Column<float> min, max;
    Column<std::uint64_t> absMaxToken;
    Column<double> sumAbs, mean, m2, m3, m4;

    void add(const ChannelStatistics& channels) {
        min.add(channels.min);
        max.add(channels.max);
        absMaxToken.add(channels.absMaxRow);
        sumAbs.add(channels.sumAbs);
        for (const Moments& moments : channels.moments) {
            mean.values.push_back(moments.mean);
            m2.values.push_back(moments.m2);
            m3.values.push_back(moments.m3);
            m4.values.push_back(moments.m4);
        }
    }
    void write(H5File& file) const {
        file.write("channels/min", min.values);
        file.write("channels/max", max.values);
        file.write("channels/abs_max_token", absMaxToken.values);
        file.write("channels/sum_abs", sumAbs.values);
        file.write("channels/mean", mean.values);
        file.write("channels/m2", m2.values);
        file.write("channels/m3", m3.values);
        file.write("channels/m4", m4.values);
    }
};

class ChannelReader {
public:
    ChannelReader(const H5File& file, std::size_t channels)
        : m_file(file), m_min(file, "channels/min", file.readFloats("channels/min"), channels),
          m_max(file, "channels/max", file.readFloats("channels/max"), channels),
          m_token(file, "channels/abs_max_token", file.readUint64("channels/abs_max_token"), channels),
          m_sumAbs(doubles("channels/sum_abs", channels)), m_mean(doubles("channels/mean", channels)),
          m_m2(doubles("channels/m2", channels)), m_m3(doubles("channels/m3", channels)),
          m_m4(doubles("channels/m4", channels)) {}

    ChannelStatistics next(std::size_t channels, std::uint64_t tokens) {
        ChannelStatistics statistics;
        statistics.tokens = tokens;
        statistics.min = m_min.take(channels);
        statistics.max = m_max.take(channels);
        statistics.absMaxRow = m_token.take(channels);
        statistics.sumAbs = m_sumAbs.take(channels);
        for (std::size_t i = 0; i < channels; ++i) {
            statistics.moments.push_back({m_mean.next(), m_m2.next(), m_m3.next(), m_m4.next()});
            // Where nothing was seen, the smallest value is infinite and the largest minus that.
            if (tokens > 0 && !(std::isfinite(statistics.min[i]) && statistics.min[i] <= statistics.max[i] &&
                                std::isfinite(statistics.max[i])))
                refuse(
                    m_file, "channels/min",
                    fmt::format("{} and {} are no smallest and largest value", statistics.min[i], statistics.max[i]));
        }
        return statistics;
    }

private:
    Reader<double> doubles(const std::string& dataset, std::size_t channels) const {
        auto values = m_file.readDoubles(dataset);
        if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); }))
            refuse(m_file, dataset, "holds NaN or infinite values");
        return Reader<double>(m_file, dataset, std::move(values), channels);
    }

    const H5File& m_file;
    Reader<float> m_min, m_max;
    Reader<std::uint64_t> m_token;
    Reader<double> m_sumAbs, m_mean, m_m2, m_m3, m_m4;
};

struct ExtremeColumns {
    std::vector<std::uint32_t> capacity, kept, channel;
    std::vector<float> value;
    std::vector<std::uint64_t> token;

    void add(const ExtremeValues& extremes) {
        capacity.push_back(static_cast<std::uint32_t>(extremes.capacity()));
        kept.push_back(static_cast<std::uint32_t>(extremes.values().size()));
        for (const ExtremeValue& extreme : extremes.values()) {
            value.push_back(extreme.value);
            channel.push_back(extreme.channel);
            token.push_back(extreme.row);
        }
    }
    void write(H5File& file) const {
        file.write("extremes/capacity", capacity);
        file.write("extremes/kept", kept);
        file.write("extremes/value", value);
        file.write("extremes/channel", channel);
        file.write("extremes/token", token);
    }
};

class ExtremeReader {
public:
    ExtremeReader(const H5File& file, std::size_t taps)
        : m_file(file), m_kept(file.readUint32("extremes/kept")),
          m_capacity(file, "extremes/capacity", file.readUint32("extremes/capacity"), taps),
          m_channel(file, "extremes/channel", file.readUint32("extremes/channel"), sumOf(m_kept)),
          m_value(file, "extremes/value", file.readFloats("extremes/value"), sumOf(m_kept)),
          m_token(file, "extremes/token", file.readUint64("extremes/token"), sumOf(m_kept)) {
        requireSize(file, "extremes/kept", m_kept, taps);
    }
    ExtremeValues next(std::size_t channels) {
        std::vector<ExtremeValue> values(m_kept[m_at++]);
        for (ExtremeValue& extreme : values) {
            extreme = {m_value.next(), m_channel.next(), m_token.next()};
            if (extreme.channel >= channels)
                refuse(m_file, "extremes/channel", fmt::format("{} is none of {} channels", extreme.channel, channels));
        }
        return ExtremeValues::fromParts(m_capacity.next(), std::move(values));
    }

private:
    const H5File& m_file;
    std::vector<std::uint32_t> m_kept;
    std::size_t m_at = 0;
    Reader<std::uint32_t> m_capacity, m_channel;
    Reader<float> m_value;
    Reader<std::uint64_t> m_token;
};

class WindowReader {
public:
    WindowReader(const H5File& file, std::size_t taps)
        : m_file(file), m_count(file.readUint32("windows/count")),
          m_low(file, "windows/low", file.readFloats("windows/low"), sumOf(m_count)),
          m_high(file, "windows/high", file.readFloats("windows/high"), sumOf(m_count)) {
        requireSize(file, "windows/count", m_count, taps);
    }
    WindowRanges next() {
        const std::size_t count = m_count[m_at++];
        WindowRanges ranges{m_low.take(count), m_high.take(count)};
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        for (std::size_t i = 0; i < count; ++i) {
            const float low = ranges.low[i], high = ranges.high[i];
            const bool unseen = low == kInfinity && high == -kInfinity;
            if (!unseen && !(std::isfinite(low) && std::isfinite(high) && low <= high))
                refuse(m_file, "windows/low", fmt::format("{} and {} are no smallest and largest value", low, high));
        }
        return ranges;
    }

private:
    const H5File& m_file;
    std::vector<std::uint32_t> m_count;
    std::size_t m_at = 0;
    Reader<float> m_low, m_high;
};

void writeTaps(H5File& file, const std::vector<TapStatistics>& taps) {
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint32_t> channelCounts, windowCounts;
    std::vector<std::uint8_t> hasChannelHistograms;
    HistogramColumns histograms, channelHistograms;
    ChannelColumns channels;
    ExtremeColumns extremes;
    Column<float> low, high;
    for (const TapStatistics& tap : taps) {
        tokens.push_back(tap.tokens());
        channelCounts.push_back(static_cast<std::uint32_t>(tap.channels.channels()));
        hasChannelHistograms.push_back(tap.channelHistograms.empty() ? 0 : 1);
        histograms.add(tap.histogram);
        channels.add(tap.channels);
        extremes.add(tap.extremes);
        windowCounts.push_back(static_cast<std::uint32_t>(tap.windows.windows()));
        low.add(tap.windows.low);
        high.add(tap.windows.high);
        for (const Histogram& histogram : tap.channelHistograms)
            channelHistograms.add(histogram);
    }
    file.write("taps/tokens", tokens);
    file.write("taps/channels", channelCounts);
    file.write("taps/has_channel_histograms", hasChannelHistograms);
    histograms.write(file, "histograms");
    channels.write(file);
    extremes.write(file);
    file.write("windows/count", windowCounts);
    file.write("windows/low", low.values);
    file.write("windows/high", high.values);
    channelHistograms.write(file, "channel_histograms");
}

std::vector<TapStatistics> readTaps(const H5File& file) {
    const auto tokens = file.readUint64("taps/tokens");
    const auto channelCounts = file.readUint32("taps/channels");
    const auto hasChannelHistograms = file.readBytes("taps/has_channel_histograms");
    const std::size_t taps = tokens.size();
    if (taps > kMostTaps)
        refuse(file, "taps/tokens", fmt::format("has {} taps, more than {}", taps, kMostTaps));
    requireSize(file, "taps/channels", channelCounts, taps);
    requireSize(file, "taps/has_channel_histograms", hasChannelHistograms, taps);
    std::size_t ownHistograms = 0;
    for (std::size_t i = 0; i < taps; ++i)
        ownHistograms += hasChannelHistograms[i] ? channelCounts[i] : 0;
    HistogramReader histograms(file, "histograms", taps, Histogram::kMaxBins);
    HistogramReader channelHistograms(file, "channel_histograms", ownHistograms, TapStatistics::kChannelBins);
    ChannelReader channels(file, sumOf(channelCounts));
    ExtremeReader extremes(file, taps);
    WindowReader windows(file, taps);
    std::vector<TapStatistics> read(taps);
    for (std::size_t i = 0; i < taps; ++i) {
        read[i].histogram = histograms.next();
        read[i].channels = channels.next(channelCounts[i], tokens[i]);
        read[i].extremes = extremes.next(channelCounts[i]);
        read[i].windows = windows.next();
        for (std::size_t c = 0; hasChannelHistograms[i] && c < channelCounts[i]; ++c)
            read[i].channelHistograms.push_back(channelHistograms.next());
    }
    return read;
}

BlockStatistics readBlock(const H5File& file, bool keepGrams) {
    artefact::requireKind(file, kStatistics);
    BlockStatistics statistics;
    statistics.block = artefact::readBlockIndex(file);
    statistics.taps = readTaps(file);
    const auto gramTokens = file.readUint64("grams/tokens");
    if (gramTokens.size() > statistics.taps.size())
        refuse(file, "grams/tokens",
               fmt::format("has {} values, more than the {} taps", gramTokens.size(), statistics.taps.size()));
    for (std::size_t i = 0; i < gramTokens.size(); ++i) {
        const std::string gram = fmt::format("grams/{}", i);
        const std::vector<float> packed = file.readFloats(gram);
        const std::size_t n = statistics.taps[i].channels.min.size();
        requireSize(file, gram, packed, n * (n + 1) / 2);
        if (keepGrams)
            statistics.grams.emplace_back(symmetricFrom(packed, static_cast<Index>(n)), gramTokens[i]);
    }
    return statistics;
}

} // namespace

void writeBlockStatistics(H5File& file, const BlockStatistics& statistics) {
    if (statistics.grams.size() > statistics.taps.size())
        throw Error(ErrorKind::Internal, fmt::format("statistics of block {}", statistics.block),
                    "have more Grams than taps");
    file.writeAttribute(artefact::kKind, kStatistics);
    file.write("block", std::array{std::int32_t{statistics.block}});
    writeTaps(file, statistics.taps);
    std::vector<std::uint64_t> gramTokens;
    for (std::size_t i = 0; i < statistics.grams.size(); ++i) {
        gramTokens.push_back(statistics.grams[i].tokens());
        file.writePieces(fmt::format("grams/{}", i), lowerTriangle(statistics.grams[i].lower()));
    }
    file.write("grams/tokens", gramTokens);
}

BlockStatistics readBlockStatistics(const H5File& file) {
    return readBlock(file, true);
}

BlockStatistics readBlockTaps(const H5File& file) {
    return readBlock(file, false);
}

} // namespace vernier
