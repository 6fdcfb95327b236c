#include "core/export/export_format.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

struct FormatText {
    std::string_view name, description;
};
constexpr std::array<FormatText, 7> kFormats = {{
    {"fake-quantized", "plain safetensors, weights rounded to what the codes say; any run, any loader, no smaller"},
    {"gptq", "GPTQ, first layout (zero - 1): vLLM, transformers, AutoGPTQ, GPTQModel; 2, 3, 4, 8 bits"},
    {"gptq-v2", "GPTQ with zero points as they are: GPTQModel, newer vLLM; 2, 3, 4, 8 bits"},
    {"awq", "AutoAWQ's GEMM layout: vLLM, transformers, AutoAWQ; 4 bits"},
    {"pack-quantized", "compressed-tensors, int4 or int8 weights: vLLM, transformers"},
    {"int-quantized",
     "compressed-tensors, int8 weights and activations (W8A8), per token or by ranges of the calibration: vLLM"},
    {"gguf", "llama.cpp: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0"},
}};

[[noreturn]] void refuse(ExportFormat format, const std::string& place, const std::string& problem,
                         const std::string& remedy) {
    throw Error(ErrorKind::Unsupported, fmt::format("{} as {}", place, name(format)), problem, remedy);
}

bool oneOf(int value, std::initializer_list<int> allowed) {
    return std::ranges::find(allowed, value) != allowed.end();
}

/// What every layout that keeps integers and 16-bit scales asks of a linear.
void requireIntegers(ExportFormat format, const PlannedLinear& linear, std::initializer_list<int> bits) {
    const Scheme& scheme = linear.settings.scheme;
    if (scheme.format != NumberFormat::Integer)
        refuse(format, linear.name, fmt::format("{} codes are no integers around a zero point", name(scheme.format)),
               "make a run with --format int, or export as gguf or fake-quantized");
    if (!oneOf(scheme.bits, bits))
        refuse(format, linear.name, fmt::format("{} bits have no place in it", scheme.bits),
               fmt::format("make a run of {} bits, or export as fake-quantized", fmt::join(bits, ", ")));
    if (scheme.groupSize == 0)
        refuse(format, linear.name, "one scale for the whole tensor has no place in it",
               "make a run with groups (--group-size 128) or one per row (-1)");
    if (linear.spec.in % scheme.groupWidth(linear.spec.in) != 0)
        refuse(format, linear.name,
               fmt::format("groups of {} do not divide its {} columns", scheme.groupSize, linear.spec.in),
               "choose a group size that does");
    if (linear.spec.transposed)
        refuse(format, linear.name, "weights stored as [in, out] (Conv1D) are not loaded from it",
               "export as fake-quantized");
}

void requireScaleType(ExportFormat format, const PlannedLinear& linear, bool bfloatToo) {
    const ScaleType type = linear.settings.scheme.scaleType;
    if (type != ScaleType::F16 && !(bfloatToo && type == ScaleType::BF16))
        refuse(format, linear.name, fmt::format("its scales are {}, which the file cannot hold exactly", name(type)),
               "make the run with scale_type f16 (vernier quantize --scale-type f16)");
}

void requireMultiple(ExportFormat format, const PlannedLinear& linear, Index in, Index out) {
    if (linear.spec.in % in != 0 || linear.spec.out % out != 0)
        refuse(format, linear.name,
               fmt::format("is [{}, {}], and rows must be a multiple of {}, columns of {}", linear.spec.out,
                           linear.spec.in, out, in),
               "leave it in full precision (--override NAME=skip), or export as pack-quantized");
}

/// Whether columns may be in groups of other places.
bool scattersGroups(const PlannedLinear& linear, const QuantizeSettings& settings) {
    return usesGptq(linear.settings.method) && settings.order == ColumnOrder::Activation && !settings.staticGroups &&
           linear.settings.scheme.groupSize > 0;
}

void requireAwq(const PlannedLinear& linear, const PlannedLinear& first, const QuantizeSettings& settings) {
    constexpr auto format = ExportFormat::Awq;
    requireIntegers(format, linear, {4});
    requireScaleType(format, linear, false);
    requireMultiple(format, linear, 1, 8);
    if (linear.settings.scheme.groupSize != first.settings.scheme.groupSize)
        refuse(format, linear.name, fmt::format("its groups differ from those of {}", first.name),
               "export as pack-quantized, which knows several group sizes");
    if (scattersGroups(linear, settings))
        refuse(format, linear.name, "its columns are grouped out of order, and the format has no g_idx",
               "use static groups (--static-groups true) or group-aware order, or export as gptq");
}

void requireInt8(const PlannedLinear& linear) {
    constexpr auto format = ExportFormat::IntQuantized;
    requireIntegers(format, linear, {8});
    requireScaleType(format, linear, true);
    if (!linear.settings.scheme.symmetric || linear.settings.scheme.groupSize > 0)
        refuse(format, linear.name, "weights must be symmetric with one scale per row",
               "make a run with --bits 8 --symmetric --group-size -1, or export as pack-quantized");
}

/// What loaders make of activations is what the run was judged with, or the run has no such file.
void requireActivations(ExportFormat format, const ActivationScheme& activations) {
    const std::string without = "make the run without --activation-bits, the codes are the same";
    if (format != ExportFormat::IntQuantized) {
        if (activations.rounds())
            refuse(format, "the run", "loaders of it do not round activations, as the run does",
                   without + ", or export W8A8 as int-quantized");
        return;
    }
    if (!activations.rounds())
        refuse(format, "the run", "loaders of it round activations to 8 bits, which the run's numbers do not contain",
               "make the run with --activation-bits 8, or export as pack-quantized");
    if (activations.bits != 8 || !activations.symmetric)
        refuse(format, "the run",
               fmt::format("activations of {} bits{} have no kernel", activations.bits,
                           activations.symmetric ? "" : ", asymmetric,"),
               "make the run with --activation-bits 8 --activation-symmetric true");
}

void requireGguf(const PlannedLinear& linear) {
    constexpr auto format = ExportFormat::Gguf;
    const Scheme& scheme = linear.settings.scheme;
    if (linear.spec.in % 32 != 0)
        refuse(format, linear.name, fmt::format("its {} columns are no multiple of 32", linear.spec.in),
               "leave it in full precision (--override NAME=skip)");
    if (hasFloatCodes(scheme.format))
        refuse(format, linear.name, fmt::format("{} codes have no block type there", name(scheme.format)),
               "make a run with --format q4_0, or export as fake-quantized");
    if (scheme.format != NumberFormat::Integer)
        return;
    if (!scheme.symmetric)
        refuse(format, linear.name, "asymmetric integers have no block type there",
               "make a run with --format q4_1 (asymmetric), q4_0, q5_0, q5_1 or q8_0");
    if (scheme.groupSize == 0 || scheme.groupWidth(linear.spec.in) % 32 != 0)
        refuse(format, linear.name, "groups are not made of blocks of 32 columns", "use groups of 32, 64 or 128");
    requireScaleType(format, linear, false);
}

void requireFoldable(ExportFormat format, const QuantizeSettings& settings) {
    if ((usesAwq(settings.method) || usesSmoothQuant(settings.method)) && !settings.foldableOnly)
        refuse(format, "the run", "its input scales were chosen without asking where they can be taken out again",
               "make the run with foldable_only (vernier quantize --foldable-only true), or export as fake-quantized");
}

/// Linears of full precision between scaled ones would have to be scaled as well, which their type rounds.
void requireScaledGroupsWhole(const ArchitectureSpec& spec, const QuantizeSettings& settings, ExportFormat format) {
    if (!usesAwq(settings.method) && !usesSmoothQuant(settings.method))
        return;
    for (const PlannedLinear& linear : plannedLinears(spec, settings))
        if (linear.settings.skip)
            refuse(
                format, linear.name,
                "stays in full precision in a run with input scales, and would have to be scaled with its neighbours",
                "quantize it to 8 bits instead (--override NAME=bits:8), use a method without input scales, or export "
                "as fake-quantized");
}

} // namespace

std::string name(ExportFormat format) {
    return std::string(kFormats[static_cast<std::size_t>(format)].name);
}

std::string description(ExportFormat format) {
    return std::string(kFormats[static_cast<std::size_t>(format)].description);
}

std::vector<std::string> exportFormatNames() {
    std::vector<std::string> names;
    for (const FormatText& format : kFormats)
        names.emplace_back(format.name);
    return names;
}

ExportFormat exportFormatFromName(std::string_view name) {
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        if (kFormats[i].name == name)
            return static_cast<ExportFormat>(i);
    throw Error(ErrorKind::Input, "export format", fmt::format("{} is not known", name),
                fmt::format("use one of {}", fmt::join(exportFormatNames(), ", ")));
}

std::vector<PlannedLinear> plannedLinears(const ArchitectureSpec& spec, const QuantizeSettings& settings) {
    std::vector<PlannedLinear> linears;
    for (int block = 0; block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears) {
                const std::string name = spec.linearName(block, linear.name);
                linears.push_back({block, linear, name, settingsFor(settings, name)});
            }
    return linears;
}

void requireExportable(const ArchitectureSpec& spec, const QuantizeSettings& settings, ExportFormat format) {
    requireActivations(format, settings.activations);
    if (format == ExportFormat::FakeQuantized)
        return;
    requireFoldable(format, settings);
    requireScaledGroupsWhole(spec, settings, format);
    std::vector<PlannedLinear> linears = plannedLinears(spec, settings);
    std::erase_if(linears, [](const PlannedLinear& linear) { return linear.settings.skip; });
    if (linears.empty())
        refuse(format, "the run", "no linear of it is quantized", "export as fake-quantized");
    for (const PlannedLinear& linear : linears)
        switch (format) {
        case ExportFormat::FakeQuantized:
            break;
        case ExportFormat::Gptq:
        case ExportFormat::GptqV2:
            requireIntegers(format, linear, {2, 3, 4, 8});
            requireScaleType(format, linear, false);
            requireMultiple(format, linear, 32, 32);
            break;
        case ExportFormat::Awq:
            requireAwq(linear, linears.front(), settings);
            break;
        case ExportFormat::PackQuantized:
            requireIntegers(format, linear, {4, 8});
            requireScaleType(format, linear, true);
            break;
        case ExportFormat::IntQuantized:
            requireInt8(linear);
            break;
        case ExportFormat::Gguf:
            requireGguf(linear);
            break;
        }
}

} // namespace vernier
