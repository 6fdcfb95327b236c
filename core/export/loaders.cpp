#include "core/export/loaders.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

/// What loaders ask about a run.
struct Facts {
    Scheme scheme;
    bool uniform = true;      ///< all linears share a grid
    bool keeps = false;       ///< some linears stay in full precision
    bool scattered = false;   ///< columns grouped out of order (g_idx)
    bool marlinShapes = true; ///< columns multiples of 128, rows of 64
};

Facts factsOf(const ArchitectureSpec& spec, const QuantizeSettings& settings) {
    Facts facts;
    bool first = true;
    for (const PlannedLinear& linear : plannedLinears(spec, settings)) {
        if (linear.settings.skip) {
            facts.keeps = true;
            continue;
        }
        facts.scheme = first ? linear.settings.scheme : facts.scheme;
        facts.uniform = facts.uniform && facts.scheme == linear.settings.scheme;
        facts.marlinShapes = facts.marlinShapes && linear.spec.in % 128 == 0 && linear.spec.out % 64 == 0;
        first = false;
    }
    facts.scattered = usesGptq(settings.method) && settings.order == ColumnOrder::Activation &&
                      !settings.staticGroups && facts.scheme.groupSize > 0;
    return facts;
}

bool marlinGroup(const Facts& facts) {
    constexpr std::array kGroups = {-1, 32, 64, 128};
    return std::ranges::find(kGroups, facts.scheme.groupSize) != kGroups.end();
}

/// The first reason of a list whose condition holds, or that it loads.
struct Objection {
    bool holds;
    std::string why;
};
LoaderVerdict judge(std::string loader, std::string yes, std::initializer_list<Objection> objections) {
    for (const Objection& objection : objections)
        if (objection.holds)
            return {std::move(loader), false, objection.why};
    return {std::move(loader), true, std::move(yes)};
}

std::vector<LoaderVerdict> ofGptq(const Facts& facts, bool second) {
    const Scheme& scheme = facts.scheme;
    const std::string bits = fmt::format("{} bits", scheme.bits);
    const std::string dynamic =
        "layers of other bits or of full precision stand in \"dynamic\", which it does not know";
    return {judge("vLLM, Marlin kernels", "4 or 8 bits, symmetric, a group size it has",
                  {{second, "files of the second version go to the plain kernels"},
                   {!scheme.symmetric, "asymmetric; the plain kernels take it"},
                   {scheme.bits != 4 && scheme.bits != 8, bits + "; the plain kernels take it"},
                   {!marlinGroup(facts), fmt::format("groups of {}; it has -1, 32, 64, 128", scheme.groupSize)},
                   {!facts.marlinShapes, "columns must be multiples of 128, rows of 64"}}),
            judge("vLLM, plain GPTQ (exllama) kernels",
                  second ? "since checkpoint_format gptq_v2 is known there (PR 26092)" : "in float16", {}),
            judge("transformers with GPTQModel", second ? "checkpoint_format gptq_v2" : "the usual format", {}),
            judge("AutoGPTQ before the zero-point fix", "stores and reads zero - 1",
                  {{second, "adds 1 to every zero point: wrong weights without a word"},
                   {!facts.uniform || facts.keeps, dynamic}}),
            judge("AutoGPTQ after it", second ? "checkpoint_format gptq_v2" : "the usual format",
                  {{!facts.uniform || facts.keeps, dynamic}}),
            judge("ExLlama, ExLlamaV2", "4 bits with groups",
                  {{second, "adds 1 to every zero point"},
                   {scheme.bits != 4, bits + "; it has 4"},
                   {!facts.uniform || facts.keeps, dynamic}}),
            judge("llama.cpp", "", {{true, "reads GGUF alone: export as gguf"}})};
}

std::vector<LoaderVerdict> ofAwq(const Facts& facts) {
    return {judge("vLLM, Marlin kernels", "4 bits with zero points, a group size it has",
                  {{!marlinGroup(facts), fmt::format("groups of {}; it has -1, 32, 64, 128", facts.scheme.groupSize)},
                   {!facts.marlinShapes, "columns must be multiples of 128, rows of 64; the AWQ kernels take it"}}),
            judge("vLLM, AWQ kernels", "in float16", {}),
            judge("transformers, AutoAWQ", "version gemm, zero points stored for symmetric grids too", {}),
            judge("llama.cpp", "", {{true, "reads GGUF alone: export as gguf"}})};
}

std::vector<LoaderVerdict> ofCompressed(const Facts& facts, ExportFormat format) {
    const bool ints = format == ExportFormat::IntQuantized;
    return {judge(ints ? "vLLM, CUTLASS int8 kernels" : "vLLM, Marlin kernels",
                  ints ? "int8 weights per row, int8 activations as the run has them" : "weights of 4 or 8 bits",
                  {{!ints && !marlinGroup(facts),
                    fmt::format("groups of {}; it has -1, 32, 64, 128", facts.scheme.groupSize)},
                   {!ints && !facts.marlinShapes, "columns must be multiples of 128, rows of 64"},
                   {!ints && facts.scheme.bits == 8 && !facts.scheme.symmetric, "8 bits must be symmetric"}}),
            judge("transformers with compressed-tensors",
                  facts.scattered ? "weight_g_idx, deprecated by newer versions" : "decompresses when loading", {}),
            judge("llama.cpp", "", {{true, "reads GGUF alone: export as gguf"}})};
}

} // namespace

std::vector<LoaderVerdict> loaderVerdicts(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                                          ExportFormat format) {
    const Facts facts = factsOf(spec, settings);
    switch (format) {
    case ExportFormat::Gptq:
    case ExportFormat::GptqV2:
        return ofGptq(facts, format == ExportFormat::GptqV2);
    case ExportFormat::Awq:
        return ofAwq(facts);
    case ExportFormat::PackQuantized:
    case ExportFormat::IntQuantized:
        return ofCompressed(facts, format);
    case ExportFormat::Gguf:
        return {judge("llama.cpp, and what is built on it", "legacy block types, any backend", {}),
                judge("vLLM", "experimental, single file, with the original tokenizer named", {}),
                judge("transformers", "dequantizes when loading (gguf_file=)", {})};
    case ExportFormat::FakeQuantized:
        break;
    }
    return {judge("anything that loads the original", "the same tensors, types and names", {}),
            judge("llama.cpp", "after convert_hf_to_gguf.py, as the original", {})};
}

} // namespace vernier
