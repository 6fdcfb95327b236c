#include "app/cli/quantize_options.h"

#include "core/base/error.h"

#include <charconv>

#include <fmt/format.h>

namespace vernier::cli {

namespace {

QuantizeSettings plainSettings() {
    QuantizeSettings settings;
    settings.scheme.scaleType = ScaleType::F16; // what files hold
    return settings;
}

int numberIn(std::string_view text, std::string_view whole) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        throw Error(ErrorKind::Input, fmt::format("--override {}", whole), fmt::format("{} is no whole number", text));
    return number;
}

/// PATTERN=skip, or PATTERN=bits:8,group:32,format:q8_0,method:rtn,symmetric,asymmetric
LinearOverride overrideFromText(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        throw Error(ErrorKind::Input, "--override " + text, "has no '='",
                    "write PATTERN=bits:8,group:32 or PATTERN=skip");
    LinearOverride change;
    change.pattern = text.substr(0, equals);
    std::string_view rest = std::string_view(text).substr(equals + 1);
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        const std::string_view key = item.substr(0, item.find(':'));
        const std::string_view value = key.size() < item.size() ? item.substr(key.size() + 1) : std::string_view{};
        if (key == "skip")
            change.skip = true;
        else if (key == "bits")
            change.bits = numberIn(value, text);
        else if (key == "group")
            change.groupSize = numberIn(value, text);
        else if (key == "format")
            change.format = numberFormatFromName(value);
        else if (key == "method")
            change.method = methodFromName(value);
        else if (key == "symmetric" || key == "asymmetric")
            change.symmetric = key == "symmetric";
        else
            throw Error(ErrorKind::Input, "--override " + text, fmt::format("{} is not known", key),
                        "use skip, bits, group, format, method, symmetric, asymmetric");
    }
    return change;
}

} // namespace

template <class Value>
CLI::Option* SettingsOptions::add(CLI::App& verb, const char* option, const char* help,
                                  void (*apply)(QuantizeSettings&, const Value&)) {
    return verb.add_option_function<Value>(
        option,
        [this, apply](const Value& value) { m_changes.push_back([=](QuantizeSettings& s) { apply(s, value); }); },
        help);
}

void SettingsOptions::addTo(CLI::App& verb) {
    std::vector<std::string> names;
    std::string help = "Begin with named settings:";
    for (const Preset& preset : presets()) {
        names.push_back(preset.name);
        help += fmt::format("\n  {:<18} {}", preset.name, preset.description);
    }
    verb.add_option("--preset", m_preset, help)->check(CLI::IsMember(names))->type_name("NAME");
    add<std::string>(verb, "--method", "rtn, gptq, awq, awq+gptq, smoothquant or smoothquant+gptq (default: gptq)",
                     [](QuantizeSettings& s, const std::string& value) { s.method = methodFromName(value); });
    addScheme(verb);
    addRanges(verb);
    add<std::string>(
        verb, "--grams",
        "quantized-prefix (as in the GPTQ paper) or full-precision (from the calibration, no forward pass)",
        [](QuantizeSettings& s, const std::string& value) { s.grams = gramSourceFromName(value); });
    add<bool>(verb, "--true-sequential", "See inputs of later linears of a block with its earlier ones quantized",
              [](QuantizeSettings& s, const bool& value) { s.trueSequential = value; });
    addGptq(verb);
    addScaling(verb);
    addActivations(verb);
    addOverrides(verb);
}

void SettingsOptions::addScheme(CLI::App& verb) {
    add<std::string>(verb, "--format", "int, fp8, mxfp4, nvfp4, q4_0, q4_1, q5_0, q5_1 or q8_0 (default: int)",
                     [](QuantizeSettings& s, const std::string& value) {
                         const ScaleType scaleType = s.scheme.scaleType;
                         s.scheme = Scheme::of(numberFormatFromName(value));
                         s.scheme.scaleType = scaleType;
                     });
    add<int>(verb, "--bits", "Bits per weight, 2 to 8 (default: 4)", [](QuantizeSettings& s, const int& value) {
        s.scheme.bits = value;
    })->check(CLI::Range(2, 8));
    add<int>(verb, "--group-size",
             "Columns that share a scale; -1 for whole rows, 0 for the whole tensor (default: 128)",
             [](QuantizeSettings& s, const int& value) { s.scheme.groupSize = value; });
    verb.add_flag_callback(
        "--symmetric", [this] { m_changes.push_back([](QuantizeSettings& s) { s.scheme.symmetric = true; }); },
        "Fix the zero point in the middle of the codes");
    verb.add_flag_callback(
        "--asymmetric", [this] { m_changes.push_back([](QuantizeSettings& s) { s.scheme.symmetric = false; }); },
        "Give every group a zero point of its own");
    add<std::string>(
        verb, "--scale-type", "f16, bf16 or f32: what scales are rounded to (default: f16)",
        [](QuantizeSettings& s, const std::string& value) { s.scheme.scaleType = scaleTypeFromName(value); });
}

void SettingsOptions::addRanges(CLI::App& verb) {
    add<std::string>(verb, "--range-rule", "zero-inside, gptq-code or awq-code: how a range becomes a grid",
                     [](QuantizeSettings& s, const std::string& value) { s.ranges.rule = rangeRuleFromName(value); });
    add<double>(verb, "--mse", "Search ranges by the error to this power; 2.4 in GPTQ's code, 0 for none",
                [](QuantizeSettings& s, const double& value) { s.ranges.mseNorm = value; });
    add<double>(verb, "--mse-max-shrink", "How far ranges shrink in the search (default: 0.8)",
                [](QuantizeSettings& s, const double& value) { s.ranges.mseMaxShrink = value; });
    add<bool>(verb, "--mse-weighted", "Weigh errors by the mean square of their input",
              [](QuantizeSettings& s, const bool& value) { s.ranges.mseWeighted = value; });
    add<bool>(verb, "--refit", "Fit scales to the codes found by least squares",
              [](QuantizeSettings& s, const bool& value) { s.ranges.refit = value; });
}

void SettingsOptions::addGptq(CLI::App& verb) {
    add<double>(verb, "--damp-percent", "GPTQ: share of the mean Gram diagonal added to it (default: 0.01)",
                [](QuantizeSettings& s, const double& value) { s.dampPercent = value; });
    add<double>(verb, "--damp-increment", "GPTQ: what the damping grows by on failure, 0 to give up (default: 0.01)",
                [](QuantizeSettings& s, const double& value) { s.dampIncrement = value; });
    add<int>(verb, "--block-columns", "GPTQ: columns between two trailing updates (default: 128)",
             [](QuantizeSettings& s, const int& value) { s.blockColumns = value; });
    add<std::string>(verb, "--order", "GPTQ: natural, activation (desc_act) or group-aware (GAR) order of columns",
                     [](QuantizeSettings& s, const std::string& value) { s.order = columnOrderFromName(value); });
    add<bool>(verb, "--static-groups", "GPTQ: group grids from the untouched weight",
              [](QuantizeSettings& s, const bool& value) { s.staticGroups = value; });
    verb.add_flag_callback(
        "--desc-act",
        [this] {
            m_changes.push_back([](QuantizeSettings& s) {
                s.order = ColumnOrder::Activation;
                s.staticGroups = true;
            });
        },
        "GPTQ: the same as --order activation --static-groups true");
    add<std::string>(verb, "--group-grids",
                     "GPTQ: published or compensated: whether grids see the running block's errors",
                     [](QuantizeSettings& s, const std::string& value) { s.groupGrids = groupGridsFromName(value); });
    add<double>(verb, "--drift-correction", "GPTQ: share of the inputs' drift that is corrected (GPTAQ's alpha, 0.25)",
                [](QuantizeSettings& s, const double& value) { s.driftCorrection = value; });
}

void SettingsOptions::addScaling(CLI::App& verb) {
    add<int>(verb, "--grid-points", "AWQ: exponents tried (default: 20)",
             [](QuantizeSettings& s, const int& value) { s.gridPoints = value; });
    add<std::string>(verb, "--duo-scaling", "AWQ: off, only or both: scales that look at the weights too",
                     [](QuantizeSettings& s, const std::string& value) { s.duoScaling = duoScalingFromName(value); });
    add<bool>(verb, "--clip-search", "AWQ: clip the ranges of groups by output error",
              [](QuantizeSettings& s, const bool& value) { s.clipSearch = value; });
    add<bool>(verb, "--foldable-only", "AWQ, SmoothQuant: only scales that can be taken out before the linear",
              [](QuantizeSettings& s, const bool& value) { s.foldableOnly = value; });
    add<double>(verb, "--smooth-strength", "SmoothQuant: alpha (default: 0.5)",
                [](QuantizeSettings& s, const double& value) { s.smoothStrength = value; });
}

void SettingsOptions::addActivations(CLI::App& verb) {
    add<int>(verb, "--activation-bits",
             "Round what quantized linears read to so many bits, 4 to 8, when the run is evaluated (default: 16, not)",
             [](QuantizeSettings& s, const int& value) { s.activations.bits = value; });
    add<std::string>(
        verb, "--activation-grids", "per-token (found as they come) or per-tensor (ranges of the calibration)",
        [](QuantizeSettings& s, const std::string& value) { s.activations.grids = activationGridsFromName(value); });
    add<bool>(verb, "--activation-symmetric", "Fix the zero point of activations (default: true)",
              [](QuantizeSettings& s, const bool& value) { s.activations.symmetric = value; });
    add<std::string>(
        verb, "--activation-ranges",
        "Per tensor: min/max, moving average, percentile, MSE or entropy (default: min/max)",
        [](QuantizeSettings& s, const std::string& value) { s.activations.ranges = clippingMethodFromName(value); });
    add<double>(verb, "--activation-percentile", "Per tensor: share of values inside a range (default: 99.99)",
                [](QuantizeSettings& s, const double& value) { s.activations.percentile = value; });
    add<int>(verb, "--kv-bits",
             "Round cached keys and values to 8 or 4 bits per token and head when the run is evaluated (default: 16, "
             "not)",
             [](QuantizeSettings& s, const int& value) { s.activations.keyValueBits = value; });
}

void SettingsOptions::addOverrides(CLI::App& verb) {
    verb.add_option_function<std::vector<std::string>>(
        "--override",
        [this](const std::vector<std::string>& texts) {
            for (const std::string& text : texts)
                m_changes.push_back(
                    [change = overrideFromText(text)](QuantizeSettings& s) { s.overrides.push_back(change); });
        },
        "PATTERN=skip or PATTERN=bits:8,group:32,format:q8_0,method:rtn,symmetric for linears whose name matches, '*' "
        "and '?' standing for any; may be repeated");
}

QuantizeSettings SettingsOptions::settings() const {
    QuantizeSettings settings = m_preset.empty() ? plainSettings() : presetFromName(m_preset).settings;
    for (const Change& change : m_changes)
        change(settings);
    settings.validate();
    return settings;
}

} // namespace vernier::cli
