#pragma once

#include "core/quantize/activation_scheme.h"
#include "core/quantize/awq.h"
#include "core/quantize/gptq.h"
#include "core/tensor/precision.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is how weights are scaled before, and how codes are chosen on, their grid.
enum class Method {
    Rtn,             ///< nearest codes
    Gptq,            ///< codes that compensate each other's errors
    Awq,             ///< AWQ's scales, nearest codes
    AwqGptq,         ///< AWQ's scales, then GPTQ
    SmoothQuant,     ///< SmoothQuant's scales, nearest codes
    SmoothQuantGptq, ///< SmoothQuant's scales, then GPTQ
};

std::string name(Method method);              ///< "rtn", "gptq", "awq", "awq+gptq", "smoothquant", "smoothquant+gptq"
Method methodFromName(std::string_view name); ///< throws Error{Input} listing the known names
std::vector<std::string> methodNames();

constexpr bool usesGptq(Method method) {
    return method == Method::Gptq || method == Method::AwqGptq || method == Method::SmoothQuantGptq;
}
constexpr bool usesAwq(Method method) {
    return method == Method::Awq || method == Method::AwqGptq;
}
constexpr bool usesSmoothQuant(Method method) {
    return method == Method::SmoothQuant || method == Method::SmoothQuantGptq;
}

/// Is where the Grams that a method minimises under come from.
enum class GramSource {
    QuantizedPrefix, ///< gathered with all earlier blocks quantized, as in the GPTQ paper
    FullPrecision,   ///< those of the calibration pass: found in the cache, no forward pass
};

std::string name(GramSource source);                  ///< "quantized-prefix", "full-precision"
GramSource gramSourceFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Changes settings for the linears whose full name matches a pattern ('*' any run of characters, '?' one).
struct LinearOverride {
    std::string pattern; ///< "model.layers.*.mlp.down_proj"
    bool skip = false;   ///< stays in full precision
    std::optional<int> bits, groupSize;
    std::optional<bool> symmetric;
    std::optional<NumberFormat> format;
    std::optional<Method> method; ///< only the way codes are chosen; scales are found by input group

    bool operator==(const LinearOverride&) const = default;
};

/// Says everything about a quantization but model and calibration text.
struct QuantizeSettings {
    Method method = Method::Gptq;
    Scheme scheme{};
    RangeOptions ranges{};
    GramSource grams = GramSource::QuantizedPrefix;
    bool trueSequential = false; ///< inputs of a block's later linears are seen with its earlier ones quantized

    double dampPercent = 0.01;                     ///< GPTQ
    double dampIncrement = 0.01;                   ///< GPTQ: added on failure; 0: give up at once
    int blockColumns = 128;                        ///< GPTQ
    ColumnOrder order = ColumnOrder::Natural;      ///< GPTQ
    bool staticGroups = false;                     ///< GPTQ
    GroupGrids groupGrids = GroupGrids::Published; ///< GPTQ
    double driftCorrection = 0;                    ///< GPTAQ's alpha, 0 for plain GPTQ; 0.25 is usual

    int gridPoints = 20;                     ///< AWQ
    DuoScaling duoScaling = DuoScaling::Off; ///< AWQ
    bool clipSearch = false;                 ///< AWQ: clip the ranges of groups by output error
    bool foldableOnly = false;   ///< AWQ, SmoothQuant: only scales that the architecture can take out before the linear
    double smoothStrength = 0.5; ///< SmoothQuant's alpha

    ActivationScheme activations{};          ///< simulated when the run is evaluated, not while it is quantized
    std::vector<LinearOverride> overrides{}; ///< of several that match a name, later ones win field by field
    Precision precision = Precision::F32; ///< of the forward passes that gather the Grams; codes are solved in float32

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is what remains of settings for one linear.
struct LinearSettings {
    bool skip = false;
    Method method = Method::Gptq;
    Scheme scheme{};
    bool clips = false; ///< its groups take part in AWQ's clip search; never queries and keys, as in AWQ's code
};

/// Applies the overrides that match a full name.
LinearSettings settingsFor(const QuantizeSettings& settings, std::string_view linear);

/// Whether a name matches a pattern with '*' and '?'.
bool matchesPattern(std::string_view pattern, std::string_view name);

GptqOptions gptqOptions(const QuantizeSettings& settings, const LinearSettings& linear);
AwqOptions awqOptions(const QuantizeSettings& settings);

} // namespace vernier
