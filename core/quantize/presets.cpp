#include "core/quantize/presets.h"

#include "core/base/error.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

QuantizeSettings gptq(int bits, int groupSize, bool symmetric) {
    QuantizeSettings settings;
    settings.method = Method::Gptq;
    settings.scheme = {bits, groupSize, symmetric, NumberFormat::Integer, ScaleType::F16};
    return settings;
}

/// GPTQ as its published code runs it, which neither retries nor rounds scales.
QuantizeSettings published(int bits, int groupSize, bool symmetric) {
    QuantizeSettings settings = gptq(bits, groupSize, symmetric);
    settings.ranges.rule = RangeRule::GptqCode;
    settings.dampIncrement = 0;
    return settings;
}

QuantizeSettings paper() {
    QuantizeSettings settings = published(4, -1, false);
    settings.scheme.scaleType = ScaleType::F32;
    return settings;
}

QuantizeSettings autoGptq() {
    QuantizeSettings settings = published(4, -1, true);
    settings.order = ColumnOrder::Activation;
    settings.trueSequential = true;
    return settings;
}

QuantizeSettings gptqModel(double damp) {
    QuantizeSettings settings = gptq(4, 128, true);
    settings.ranges.rule = RangeRule::GptqCode;
    settings.order = ColumnOrder::GroupAware;
    settings.dampPercent = damp;
    settings.trueSequential = true;
    return settings;
}

QuantizeSettings staticActivationOrder(bool trueSequential) {
    QuantizeSettings settings = gptq(4, 128, true);
    settings.order = ColumnOrder::Activation;
    settings.staticGroups = true;
    settings.dampIncrement = 0;
    settings.trueSequential = trueSequential;
    return settings;
}

QuantizeSettings awq(DuoScaling duo) {
    QuantizeSettings settings;
    settings.method = Method::Awq;
    settings.scheme = {4, 128, false, NumberFormat::Integer, ScaleType::F16};
    settings.ranges.rule = RangeRule::AwqCode;
    settings.grams = GramSource::FullPrecision;
    settings.duoScaling = duo;
    settings.clipSearch = true;
    settings.foldableOnly = true;
    return settings;
}

QuantizeSettings careful() {
    QuantizeSettings settings = gptq(4, 128, true);
    settings.method = Method::AwqGptq;
    settings.foldableOnly = true;
    settings.order = ColumnOrder::GroupAware;
    settings.groupGrids = GroupGrids::Compensated;
    settings.trueSequential = true;
    return settings;
}

QuantizeSettings fast() {
    QuantizeSettings settings = careful();
    settings.trueSequential = false;
    settings.grams = GramSource::FullPrecision;
    return settings;
}

QuantizeSettings w8a8() {
    QuantizeSettings settings = gptq(8, -1, true);
    settings.method = Method::SmoothQuantGptq;
    settings.smoothStrength = 0.8;
    settings.foldableOnly = true;
    settings.activations.bits = 8;
    return settings;
}

QuantizeSettings gguf(NumberFormat format) {
    QuantizeSettings settings;
    settings.method = Method::AwqGptq;
    settings.foldableOnly = true;
    settings.scheme = Scheme::of(format);
    settings.order = ColumnOrder::GroupAware;
    settings.groupGrids = GroupGrids::Compensated;
    settings.trueSequential = true;
    settings.ranges.mseNorm = 2;
    settings.ranges.mseMaxShrink = 0.5;
    settings.ranges.mseWeighted = true;
    settings.ranges.refit = true;
    return settings;
}

} // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> kPresets = {
        {"vernier", "AWQ's scales and GPTQ, 4 bits, groups of 128, symmetric, group-aware order, true sequential",
         careful()},
        {"fast", "the same on the Grams of the calibration pass: no forward pass", fast()},
        {"gptq-paper", "GPTQ as its published code: 4 bits, whole rows, asymmetric, no retry of the damping", paper()},
        {"autogptq", "4 bits, whole rows, symmetric, activation order, true sequential", autoGptq()},
        {"optimum", "4 bits, groups of 128, symmetric, group-aware order, damping 0.1, true sequential",
         gptqModel(0.1)},
        {"gptqmodel", "4 bits, groups of 128, symmetric, group-aware order, damping 0.05, true sequential",
         gptqModel(0.05)},
        {"llm-compressor", "W4A16: groups of 128, symmetric, activation order with static groups",
         staticActivationOrder(false)},
        {"neural-compressor", "4 bits, groups of 32, symmetric", published(4, 32, true)},
        {"modelopt", "4 bits, groups of 128, symmetric", published(4, 128, true)},
        {"lightcompress", "4 bits, groups of 128, symmetric, activation order with static groups, true sequential",
         staticActivationOrder(true)},
        {"quark", "4 bits, groups of 128, symmetric, ranges that see the running block's compensation",
         [] {
             QuantizeSettings settings = published(4, 128, true);
             settings.groupGrids = GroupGrids::Compensated;
             settings.dampIncrement = 0.09; // it multiplies by 10
             return settings;
         }()},
        {"awq-paper", "AWQ, 4 bits, groups of 128, asymmetric, clip search", awq(DuoScaling::Off)},
        {"autoawq", "the same with scales that look at the weights too", awq(DuoScaling::Only)},
        {"w8a8", "weights and activations of 8 bits, one scale per row and per token: SmoothQuant (0.8), then GPTQ",
         w8a8()},
        {"q4_0", "codes for llama.cpp's Q4_0 files: AWQ's scales, GPTQ, weighted range search",
         gguf(NumberFormat::Q4_0)},
        {"q8_0", "codes for llama.cpp's Q8_0 files", gguf(NumberFormat::Q8_0)},
    };
    return kPresets;
}

const Preset& presetFromName(std::string_view name) {
    const auto& all = presets();
    const auto found = std::ranges::find(all, name, &Preset::name);
    if (found != all.end())
        return *found;
    std::vector<std::string> names;
    for (const Preset& preset : all)
        names.push_back(preset.name);
    throw Error(ErrorKind::Input, "preset", fmt::format("{} is not known", name),
                fmt::format("use one of {}", fmt::join(names, ", ")));
}

} // namespace vernier
