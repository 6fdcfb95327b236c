#include "core/quantize/quantize_settings.h"

#include "core/base/error.h"
#include "core/base/names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 6> kMethods = {"rtn",      "gptq",        "awq",
                                                      "awq+gptq", "smoothquant", "smoothquant+gptq"};
constexpr std::array<std::string_view, 2> kGramSources = {"quantized-prefix", "full-precision"};
constexpr std::size_t kMostOverrides = 10000;

/// By the parts of names that AWQ's code looks for.
bool makesQueriesOrKeys(std::string_view linear) {
    return std::ranges::any_of(std::array<std::string_view, 6>{"q_", "k_", "query", "key", "Wqkv", "c_attn"},
                               [&](std::string_view part) { return linear.find(part) != std::string_view::npos; });
}

} // namespace

std::string name(Method method) {
    return std::string(kMethods[static_cast<std::size_t>(method)]);
}

std::vector<std::string> methodNames() {
    return {kMethods.begin(), kMethods.end()};
}

Method methodFromName(std::string_view name) {
    return valueOfName<Method>(kMethods, name, "method");
}

std::string name(GramSource source) {
    return std::string(kGramSources[static_cast<std::size_t>(source)]);
}

GramSource gramSourceFromName(std::string_view name) {
    return valueOfName<GramSource>(kGramSources, name, "grams");
}

bool matchesPattern(std::string_view pattern, std::string_view name) {
    // Greedy with one place to go back to: the last '*' and how much of the name it has taken.
    std::size_t p = 0, n = 0, star = std::string_view::npos, taken = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p, ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++taken;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                       [](char c) { return c == '*'; });
}

LinearSettings settingsFor(const QuantizeSettings& settings, std::string_view linear) {
    LinearSettings result{false, settings.method, settings.scheme,
                          settings.clipSearch && usesAwq(settings.method) && !makesQueriesOrKeys(linear)};
    for (const LinearOverride& change : settings.overrides) {
        if (!matchesPattern(change.pattern, linear))
            continue;
        result.skip = change.skip;
        result.method = change.method.value_or(result.method);
        if (change.format && *change.format != result.scheme.format) {
            const ScaleType scaleType = result.scheme.scaleType;
            result.scheme = Scheme::of(*change.format);
            result.scheme.scaleType = scaleType;
        }
        result.scheme.bits = change.bits.value_or(result.scheme.bits);
        result.scheme.groupSize = change.groupSize.value_or(result.scheme.groupSize);
        result.scheme.symmetric = change.symmetric.value_or(result.scheme.symmetric);
    }
    return result;
}

GptqOptions gptqOptions(const QuantizeSettings& settings, const LinearSettings& linear) {
    return {linear.scheme,  settings.ranges,       settings.dampPercent, settings.dampIncrement,  settings.blockColumns,
            settings.order, settings.staticGroups, settings.groupGrids,  settings.driftCorrection};
}

AwqOptions awqOptions(const QuantizeSettings& settings) {
    return {settings.scheme, settings.gridPoints, settings.ranges, settings.duoScaling};
}

void QuantizeSettings::validate() const {
    scheme.validate();
    ranges.validate();
    activations.validate();
    if (usesGptq(method))
        gptqOptions(*this, {false, method, scheme, false}).validate();
    if (usesAwq(method))
        awqOptions(*this).validate();
    if (!(smoothStrength >= 0 && smoothStrength <= 1))
        throw Error(ErrorKind::Input, "smooth_strength", fmt::format("{} is not in 0 to 1", smoothStrength),
                    "0.5 is usual");
    if (driftCorrection > 0 && grams == GramSource::FullPrecision)
        throw Error(ErrorKind::Input, "drift_correction", "needs inputs that have drifted",
                    "take Grams from the quantized prefix");
    if (trueSequential && grams == GramSource::FullPrecision)
        throw Error(ErrorKind::Input, "true_sequential", "needs forward passes through quantized linears",
                    "take Grams from the quantized prefix");
    if (overrides.size() > kMostOverrides)
        throw Error(ErrorKind::Input, "overrides", fmt::format("{} are too many", overrides.size()),
                    fmt::format("give at most {}", kMostOverrides));
    for (const LinearOverride& change : overrides) {
        if (change.pattern.empty())
            throw Error(ErrorKind::Input, "overrides", "one has no pattern", "name the linears it is for");
        try {
            const LinearSettings linear = settingsFor(*this, change.pattern);
            linear.scheme.validate();
            if (usesGptq(linear.method))
                gptqOptions(*this, linear).validate();
        } catch (const Error& error) {
            throw Error(error.kind(), "override " + change.pattern, error.what());
        }
    }
}

} // namespace vernier
