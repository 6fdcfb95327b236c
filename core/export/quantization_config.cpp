#include "core/export/quantization_config.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::ordered_json;

/// Linears that share a grid, as many as there are first.
struct SchemeUse {
    Scheme scheme;
    std::vector<const PlannedLinear*> linears;
};

std::vector<SchemeUse> schemeUses(const std::vector<PlannedLinear>& linears) {
    std::vector<SchemeUse> uses;
    for (const PlannedLinear& linear : linears) {
        if (linear.settings.skip)
            continue;
        auto use = std::ranges::find(uses, linear.settings.scheme, &SchemeUse::scheme);
        if (use == uses.end())
            use = uses.insert(uses.end(), {linear.settings.scheme, {}});
        use->linears.push_back(&linear);
    }
    std::ranges::stable_sort(uses, std::ranges::greater{}, [](const SchemeUse& use) { return use.linears.size(); });
    return uses;
}

std::vector<std::string> keptNames(const std::vector<PlannedLinear>& linears) {
    std::vector<std::string> names;
    for (const PlannedLinear& linear : linears)
        if (linear.settings.skip)
            names.push_back(linear.name);
    return names;
}

/// A regular expression that matches a name and nothing else.
std::string exactly(const std::string& name) {
    std::string pattern = "^";
    for (const char c : name) {
        if (c == '.')
            pattern += '\\';
        pattern += c;
    }
    return pattern + "$";
}

ordered_json gptqConfig(const std::vector<PlannedLinear>& linears, const QuantizeSettings& settings, bool second) {
    const auto uses = schemeUses(linears);
    const Scheme& scheme = uses.front().scheme;
    const bool reorders = settings.order == ColumnOrder::Activation && usesGptq(settings.method);
    ordered_json dynamic;
    for (std::size_t i = 1; i < uses.size(); ++i)
        for (const PlannedLinear* linear : uses[i].linears)
            dynamic["+:" + exactly(linear->name)] = {{"bits", uses[i].scheme.bits},
                                                     {"group_size", uses[i].scheme.groupSize},
                                                     {"sym", uses[i].scheme.symmetric}};
    for (const std::string& name : keptNames(linears))
        dynamic["-:" + exactly(name)] = ordered_json::object();
    return {{"bits", scheme.bits},
            {"group_size", scheme.groupSize},
            // Whether columns are grouped out of order, which is what loaders want to know: with static groups they
            // are not, whatever the order they were solved in.
            {"desc_act", reorders && !settings.staticGroups},
            {"sym", scheme.symmetric},
            {"lm_head", false},
            {"quant_method", "gptq"},
            {"checkpoint_format", second ? "gptq_v2" : "gptq"},
            {"pack_dtype", "int32"},
            {"dynamic", dynamic},
            {"true_sequential", settings.trueSequential},
            {"static_groups", settings.staticGroups},
            {"damp_percent", settings.dampPercent},
            {"meta",
             {{"quantizer", {"vernier:" VERNIER_VERSION}},
              {"method", name(settings.method)},
              {"damp_percent", settings.dampPercent},
              {"damp_auto_increment", settings.dampIncrement},
              {"mse", settings.ranges.mseNorm}}}};
}

ordered_json awqConfig(const std::vector<PlannedLinear>& linears) {
    const auto kept = keptNames(linears);
    return {{"quant_method", "awq"},
            {"bits", 4},
            {"group_size", schemeUses(linears).front().scheme.groupSize},
            {"zero_point", true}, // also of symmetric grids, whose zero points are stored as well
            {"version", "gemm"},
            {"modules_to_not_convert", kept.empty() ? ordered_json() : ordered_json(kept)}};
}

ordered_json compressedWeights(const Scheme& scheme, const QuantizeSettings& settings) {
    const bool scattered = settings.order == ColumnOrder::Activation && usesGptq(settings.method) &&
                           !settings.staticGroups && scheme.groupSize > 0;
    return {{"num_bits", scheme.bits},
            {"type", "int"},
            {"symmetric", scheme.symmetric},
            {"strategy", scheme.groupSize > 0 ? "group" : "channel"},
            {"group_size", scheme.groupSize > 0 ? ordered_json(scheme.groupSize) : ordered_json()},
            {"dynamic", false},
            {"actorder", scattered ? ordered_json("group") : ordered_json()},
            {"block_structure", nullptr},
            {"observer", "minmax"},
            {"observer_kwargs", ordered_json::object()}};
}

ordered_json roundedActivations(const ActivationScheme& scheme) {
    const bool isStatic = scheme.isStatic();
    return {{"num_bits", scheme.bits},
            {"type", "int"},
            {"symmetric", scheme.symmetric},
            {"strategy", isStatic ? "tensor" : "token"},
            {"group_size", nullptr},
            {"dynamic", !isStatic},
            {"actorder", nullptr},
            {"block_structure", nullptr},
            {"observer", isStatic ? ordered_json("minmax") : ordered_json()},
            {"observer_kwargs", ordered_json::object()}};
}

ordered_json compressedConfig(const std::vector<PlannedLinear>& linears, const ArchitectureSpec& spec,
                              const QuantizeSettings& settings, ExportFormat format) {
    ordered_json groups;
    const auto uses = schemeUses(linears);
    for (std::size_t i = 0; i < uses.size(); ++i) {
        ordered_json targets = {"Linear"};
        if (i > 0) { // names win over kinds of modules
            targets = ordered_json::array();
            for (const PlannedLinear* linear : uses[i].linears)
                targets.push_back(linear->name);
        }
        groups[fmt::format("group_{}", i)] = {{"targets", targets},
                                              {"input_activations", settings.activations.rounds()
                                                                        ? roundedActivations(settings.activations)
                                                                        : ordered_json()},
                                              {"output_activations", nullptr},
                                              {"weights", compressedWeights(uses[i].scheme, settings)}};
    }
    ordered_json ignored = keptNames(linears);
    ignored.push_back(spec.names.head);
    return {{"quant_method", "compressed-tensors"},
            {"format", name(format)},
            {"quantization_status", "compressed"},
            {"global_compression_ratio", nullptr},
            {"kv_cache_scheme", nullptr},
            {"ignore", ignored},
            {"config_groups", groups}};
}

} // namespace

ordered_json quantizationConfig(const ArchitectureSpec& spec, const QuantizeSettings& settings, ExportFormat format) {
    const auto linears = plannedLinears(spec, settings);
    switch (format) {
    case ExportFormat::Gptq:
    case ExportFormat::GptqV2:
        return gptqConfig(linears, settings, format == ExportFormat::GptqV2);
    case ExportFormat::Awq:
        return awqConfig(linears);
    case ExportFormat::PackQuantized:
    case ExportFormat::IntQuantized:
        return compressedConfig(linears, spec, settings, format);
    case ExportFormat::FakeQuantized:
    case ExportFormat::Gguf:
        break;
    }
    return nullptr;
}

ordered_json exportedConfig(const ordered_json& original, const ArchitectureSpec& spec,
                            const QuantizeSettings& settings, ExportFormat format) {
    ordered_json config = original;
    config.erase("quantization_config");
    ordered_json quantization = quantizationConfig(spec, settings, format);
    if (quantization.is_null())
        return config;
    config["quantization_config"] = std::move(quantization);
    if (settings.scheme.scaleType == ScaleType::F16)
        config[config.contains("dtype") ? "dtype" : "torch_dtype"] = "float16";
    return config;
}

} // namespace vernier
