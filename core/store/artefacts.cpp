#include "core/store/artefacts.h"

#include "core/base/error.h"
#include "core/store/artefact_checks.h"
#include "core/store/code_packing.h"
#include "core/store/json_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using artefact::kKind;
using artefact::readBlockIndex;
using artefact::refuse;
using artefact::requireKind;
using artefact::requireSize;

constexpr const char* kQuantized = "quantized_block";

// Beyond any model; keeps products of two extents far from overflow.
constexpr std::int64_t kMostExtent = std::int64_t{1} << 28;

// One row per linear of a quantized block.
struct LinearTable {
    std::vector<std::string> names, schemes;
    std::vector<std::int64_t> out, in;
};

LinearTable readLinearTable(const H5File& file) {
    LinearTable table{file.readTexts("linears/name"), file.readTexts("linears/scheme"), file.readInt64("linears/out"),
                      file.readInt64("linears/in")};
    const std::size_t count = table.names.size();
    requireSize(file, "linears/scheme", table.schemes, count);
    requireSize(file, "linears/out", table.out, count);
    requireSize(file, "linears/in", table.in, count);
    return table;
}

void requireFinite(const H5File& file, const std::string& name, const std::vector<float>& values) {
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
        refuse(file, name, "holds NaN or infinite values");
}

// Factors [count] that others are divided or multiplied by; empty when there are none.
std::vector<float> readFactors(const H5File& file, const std::string& name, Index count) {
    if (!file.has(name))
        return {};
    std::vector<float> factors = file.readFloats(name);
    requireSize(file, name, factors, static_cast<std::size_t>(count));
    if (!std::ranges::all_of(factors, [](float factor) { return std::isfinite(factor) && factor > 0; }))
        refuse(file, name, "holds values that are not positive numbers");
    return factors;
}

std::vector<InputRange> readInputRanges(const H5File& file) {
    if (!file.has("inputs/low"))
        return {};
    const auto low = file.readDoubles("inputs/low"), high = file.readDoubles("inputs/high");
    requireSize(file, "inputs/high", high, low.size());
    std::vector<InputRange> ranges;
    for (std::size_t g = 0; g < low.size(); ++g) {
        if (!std::isfinite(low[g]) || !std::isfinite(high[g]) || low[g] > 0 || high[g] < 0)
            refuse(file, "inputs", fmt::format("holds the range {} … {}, which is none around zero", low[g], high[g]));
        ranges.push_back({low[g], high[g]});
    }
    return ranges;
}

QuantizedLinear readLinear(const H5File& file, const LinearTable& table, std::size_t i) {
    const std::string group = fmt::format("linears/{}", i);
    QuantizedLinear linear;
    linear.scheme = schemeFromJson(parseJson(table.schemes[i], "linears/scheme"));
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
    requireFinite(file, group + "/scales", linear.scales);
    if (linear.scheme.hasMinimums()) {
        linear.minimums = file.readFloats(group + "/minimums");
        requireSize(file, group + "/minimums", linear.minimums, grids);
        requireFinite(file, group + "/minimums", linear.minimums);
    }
    if (file.has(group + "/tensor_scale")) {
        const auto scale = readFactors(file, group + "/tensor_scale", 1);
        linear.tensorScale = scale.front();
    }
    if (file.has(group + "/group_index")) {
        linear.groupIndex = file.readInt32(group + "/group_index");
        requireSize(file, group + "/group_index", linear.groupIndex, static_cast<std::size_t>(linear.in));
        if (std::ranges::any_of(linear.groupIndex, [&](int g) { return g < 0 || g >= linear.groups(); }))
            refuse(file, group + "/group_index", "names a group that is not there");
    }
    linear.inputScales = readFactors(file, group + "/input_scales", linear.in);
    linear.outputScales = readFactors(file, group + "/output_scales", linear.out);
    return linear;
}

} // namespace

void writeQuantizedBlock(H5File& file, const QuantizedBlock& block) {
    file.writeAttribute(kKind, kQuantized);
    file.write("block", std::array{std::int32_t{block.block}});
    if (!block.inputRanges.empty()) {
        std::vector<double> low, high;
        for (const InputRange& range : block.inputRanges)
            low.push_back(range.low), high.push_back(range.high);
        file.write("inputs/low", low);
        file.write("inputs/high", high);
    }
    LinearTable table;
    for (const auto& [name, linear] : block.linears) {
        const std::string group = fmt::format("linears/{}", table.names.size());
        table.names.push_back(name);
        table.schemes.push_back(jsonText(toJson(linear.scheme)));
        table.out.push_back(linear.out);
        table.in.push_back(linear.in);
        const auto out = static_cast<std::uint64_t>(linear.out), groups = static_cast<std::uint64_t>(linear.groups());
        file.write(group + "/codes", packCodes(linear.codes, linear.out, linear.in, linear.scheme.bits),
                   {out, packedRowBytes(linear.in, linear.scheme.bits)});
        file.write(group + "/scales", linear.scales, {out, groups});
        file.write(group + "/zeros", linear.zeros, {out, groups});
        if (!linear.minimums.empty())
            file.write(group + "/minimums", linear.minimums, {out, groups});
        if (linear.scheme.format == NumberFormat::Nvfp4)
            file.write(group + "/tensor_scale", std::vector<float>{linear.tensorScale});
        if (!linear.groupIndex.empty())
            file.write(group + "/group_index", linear.groupIndex);
        if (!linear.inputScales.empty())
            file.write(group + "/input_scales", linear.inputScales);
        if (!linear.outputScales.empty())
            file.write(group + "/output_scales", linear.outputScales);
    }
    file.writeTexts("linears/name", table.names);
    file.writeTexts("linears/scheme", table.schemes);
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
    block.inputRanges = readInputRanges(file);
    const LinearTable table = readLinearTable(file);
    for (std::size_t i = 0; i < table.names.size(); ++i)
        if (!block.linears.emplace(table.names[i], readLinear(file, table, i)).second)
            refuse(file, "linears/name", fmt::format("holds {} twice", table.names[i]));
    for (const std::string& report : file.readTexts("reports"))
        block.reports.push_back(linearReportFromJson(parseJson(report, "reports")));
    return block;
}

} // namespace vernier
