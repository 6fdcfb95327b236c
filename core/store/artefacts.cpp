#include "core/store/artefacts.h"

#include "core/base/error.h"
#include "core/store/code_packing.h"
#include "core/store/json_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using U64s = std::vector<std::uint64_t>;

constexpr const char* kKind = "kind";
constexpr const char* kStatistics = "block_statistics";
constexpr const char* kQuantized = "quantized_block";

// Beyond any model; keeps products of two extents far from overflow.
constexpr std::int64_t kMostExtent = std::int64_t{1} << 28;
constexpr int kMostBlocks = 1 << 16;

[[noreturn]] void refuse(const H5File& file, const std::string& dataset, std::string problem) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), dataset), std::move(problem));
}

template <class List>
void requireSize(const H5File& file, const std::string& dataset, const List& list, std::size_t size) {
    if (list.size() != size)
        refuse(file, dataset, fmt::format("has {} values instead of {}", list.size(), size));
}

template <class T>
T onlyValue(const H5File& file, const std::string& dataset, const std::vector<T>& values) {
    requireSize(file, dataset, values, 1);
    return values.front();
}

void requireKind(const H5File& file, const char* kind) {
    if (const std::string found = file.readAttribute(kKind); found != kind)
        refuse(file, kKind, fmt::format("is {} instead of {}", found, kind));
}

int readBlockIndex(const H5File& file) {
    const int block = onlyValue(file, "block", file.readInt32("block"));
    if (block < 0 || block > kMostBlocks)
        refuse(file, "block", fmt::format("{} is no block", block));
    return block;
}

std::vector<float> lowerTriangle(MatrixView<const float> matrix) {
    std::vector<float> packed;
    packed.reserve(static_cast<std::size_t>(matrix.rows * (matrix.rows + 1) / 2));
    for (Index i = 0; i < matrix.rows; ++i)
        packed.insert(packed.end(), matrix.row(i), matrix.row(i) + i + 1);
    return packed;
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

void writeTap(H5File& file, const std::string& group, const TapStatistics& tap) {
    file.write(group + "/histogram/exponent", std::array{std::int32_t{tap.histogram.exponent()}});
    file.write(group + "/histogram/first_bin", std::array{tap.histogram.firstBin()});
    file.write(group + "/histogram/counts", tap.histogram.counts());
    file.write(group + "/channels/min", tap.channels.min);
    file.write(group + "/channels/max", tap.channels.max);
    file.write(group + "/channels/sum", tap.channels.sum);
    file.write(group + "/channels/sum_abs", tap.channels.sumAbs);
    file.write(group + "/channels/sum_squares", tap.channels.sumSquares);
}

TapStatistics readTap(const H5File& file, const std::string& group, std::uint64_t tokens) {
    const std::string exponent = group + "/histogram/exponent", firstBin = group + "/histogram/first_bin";
    TapStatistics tap;
    tap.histogram = Histogram::fromParts(onlyValue(file, exponent, file.readInt32(exponent)),
                                         onlyValue(file, firstBin, file.readInt64(firstBin)),
                                         file.readUint64(group + "/histogram/counts"));
    tap.channels.tokens = tokens;
    tap.channels.min = file.readFloats(group + "/channels/min");
    const std::size_t channels = tap.channels.min.size();
    const auto floats = [&](const char* name) {
        auto values = file.readFloats(group + name);
        requireSize(file, group + name, values, channels);
        return values;
    };
    const auto doubles = [&](const char* name) {
        auto values = file.readDoubles(group + name);
        requireSize(file, group + name, values, channels);
        return values;
    };
    tap.channels.max = floats("/channels/max");
    tap.channels.sum = doubles("/channels/sum");
    tap.channels.sumAbs = doubles("/channels/sum_abs");
    tap.channels.sumSquares = doubles("/channels/sum_squares");
    return tap;
}

// One row per linear of a quantized block.
struct LinearTable {
    std::vector<std::string> names;
    std::vector<std::int32_t> bits, groupSize;
    std::vector<std::uint8_t> symmetric;
    std::vector<std::int64_t> out, in;
};

LinearTable readLinearTable(const H5File& file) {
    LinearTable table{file.readTexts("linears/name"),       file.readInt32("linears/bits"),
                      file.readInt32("linears/group_size"), file.readBytes("linears/symmetric"),
                      file.readInt64("linears/out"),        file.readInt64("linears/in")};
    const std::size_t count = table.names.size();
    requireSize(file, "linears/bits", table.bits, count);
    requireSize(file, "linears/group_size", table.groupSize, count);
    requireSize(file, "linears/symmetric", table.symmetric, count);
    requireSize(file, "linears/out", table.out, count);
    requireSize(file, "linears/in", table.in, count);
    return table;
}

QuantizedLinear readLinear(const H5File& file, const LinearTable& table, std::size_t i) {
    const std::string group = fmt::format("linears/{}", i);
    QuantizedLinear linear;
    linear.scheme = {table.bits[i], table.groupSize[i], table.symmetric[i] != 0};
    linear.scheme.validate();
    if (table.out[i] < 1 || table.out[i] > kMostExtent || table.in[i] < 1 || table.in[i] > kMostExtent)
        refuse(file, group, fmt::format("claims the shape [{}, {}]", table.out[i], table.in[i]));
    linear.out = table.out[i];
    linear.in = table.in[i];
    linear.codes = unpackCodes(file.readBytes(group + "/codes"), linear.out, linear.in, linear.scheme.bits);
    const auto grids = static_cast<std::size_t>(linear.out * linear.groups());
    linear.scales = file.readFloats(group + "/scales");
    requireSize(file, group + "/scales", linear.scales, grids);
    linear.zeros = file.readBytes(group + "/zeros");
    requireSize(file, group + "/zeros", linear.zeros, grids);
    if (std::any_of(linear.zeros.begin(), linear.zeros.end(), [&](int zero) { return zero >= linear.scheme.levels(); }))
        refuse(file, group + "/zeros", "holds a zero point that is no code");
    if (!std::all_of(linear.scales.begin(), linear.scales.end(), [](float scale) { return std::isfinite(scale); }))
        refuse(file, group + "/scales", "holds NaN or infinite values");
    if (!file.has(group + "/input_scales"))
        return linear;
    linear.inputScales = file.readFloats(group + "/input_scales");
    requireSize(file, group + "/input_scales", linear.inputScales, static_cast<std::size_t>(linear.in));
    if (!std::all_of(linear.inputScales.begin(), linear.inputScales.end(),
                     [](float scale) { return std::isfinite(scale) && scale > 0; }))
        refuse(file, group + "/input_scales", "holds values that are not positive numbers");
    return linear;
}

} // namespace

void writeBlockStatistics(H5File& file, const BlockStatistics& statistics) {
    if (statistics.taps.size() != statistics.grams.size())
        throw Error(ErrorKind::Internal, fmt::format("statistics of block {}", statistics.block),
                    "have not one Gram per tap");
    file.writeAttribute(kKind, kStatistics);
    file.write("block", std::array{std::int32_t{statistics.block}});
    U64s tapTokens, gramTokens;
    for (std::size_t i = 0; i < statistics.taps.size(); ++i) {
        tapTokens.push_back(statistics.taps[i].channels.tokens);
        gramTokens.push_back(statistics.grams[i].tokens());
        writeTap(file, fmt::format("taps/{}", i), statistics.taps[i]);
        file.write(fmt::format("grams/{}", i), lowerTriangle(statistics.grams[i].sum()));
    }
    file.write("taps/tokens", tapTokens);
    file.write("grams/tokens", gramTokens);
}

BlockStatistics readBlockStatistics(const H5File& file) {
    requireKind(file, kStatistics);
    BlockStatistics statistics;
    statistics.block = readBlockIndex(file);
    const U64s tapTokens = file.readUint64("taps/tokens"), gramTokens = file.readUint64("grams/tokens");
    requireSize(file, "grams/tokens", gramTokens, tapTokens.size());
    for (std::size_t i = 0; i < tapTokens.size(); ++i) {
        statistics.taps.push_back(readTap(file, fmt::format("taps/{}", i), tapTokens[i]));
        const std::string gram = fmt::format("grams/{}", i);
        const std::vector<float> packed = file.readFloats(gram);
        const std::size_t n = statistics.taps.back().channels.min.size();
        requireSize(file, gram, packed, n * (n + 1) / 2);
        statistics.grams.emplace_back(symmetricFrom(packed, static_cast<Index>(n)), gramTokens[i]);
    }
    return statistics;
}

void writeQuantizedBlock(H5File& file, const QuantizedBlock& block) {
    file.writeAttribute(kKind, kQuantized);
    file.write("block", std::array{std::int32_t{block.block}});
    LinearTable table;
    for (const auto& [name, linear] : block.linears) {
        const std::string group = fmt::format("linears/{}", table.names.size());
        table.names.push_back(name);
        table.bits.push_back(linear.scheme.bits);
        table.groupSize.push_back(linear.scheme.groupSize);
        table.symmetric.push_back(linear.scheme.symmetric ? 1 : 0);
        table.out.push_back(linear.out);
        table.in.push_back(linear.in);
        const auto out = static_cast<std::uint64_t>(linear.out), groups = static_cast<std::uint64_t>(linear.groups());
        file.write(group + "/codes", packCodes(linear.codes, linear.out, linear.in, linear.scheme.bits),
                   {out, packedRowBytes(linear.in, linear.scheme.bits)});
        file.write(group + "/scales", linear.scales, {out, groups});
        file.write(group + "/zeros", linear.zeros, {out, groups});
        if (!linear.inputScales.empty())
            file.write(group + "/input_scales", linear.inputScales);
    }
    file.writeTexts("linears/name", table.names);
    file.write("linears/bits", table.bits);
    file.write("linears/group_size", table.groupSize);
    file.write("linears/symmetric", table.symmetric);
    file.write("linears/out", table.out);
    file.write("linears/in", table.in);
    std::vector<std::string> reports;
    for (const LinearReport& report : block.reports)
        reports.push_back(jsonText(toJson(report)));
    file.writeTexts("reports", reports);
}

QuantizedBlock readQuantizedBlock(const H5File& file) {
    requireKind(file, kQuantized);
    QuantizedBlock block;
    block.block = readBlockIndex(file);
    const LinearTable table = readLinearTable(file);
    for (std::size_t i = 0; i < table.names.size(); ++i)
        if (!block.linears.emplace(table.names[i], readLinear(file, table, i)).second)
            refuse(file, "linears/name", fmt::format("holds {} twice", table.names[i]));
    for (const std::string& report : file.readTexts("reports"))
        block.reports.push_back(linearReportFromJson(parseJson(report, "reports")));
    return block;
}

} // namespace vernier
