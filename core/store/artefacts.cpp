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
