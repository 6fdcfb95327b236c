#include "core/quantize/activation_scheme.h"

#include "core/base/error.h"
#include "core/base/names.h"

#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 2> kGrids = {"per-token", "per-tensor"};

} // namespace

std::string name(ActivationGrids grids) {
    return std::string(kGrids[static_cast<std::size_t>(grids)]);
}

ActivationGrids activationGridsFromName(std::string_view name) {
    return valueOfName<ActivationGrids>(kGrids, name, "activation grids");
}

void ActivationScheme::validate() const {
    if (rounds() && (bits < 4 || bits > 8))
        throw Error(ErrorKind::Input, "activation_bits", fmt::format("{} is not in 4 to 8", bits),
                    "use 8 or 4, or 16 to leave activations as they are");
    if (roundsCache() && keyValueBits != 8 && keyValueBits != 4)
        throw Error(ErrorKind::Input, "kv_bits", fmt::format("{} is neither 8 nor 4", keyValueBits),
                    "use 8 or 4, or 16 to leave keys and values as they are");
    if (isStatic())
        ClippingOptions{{bits, symmetric}, percentile}.validate();
    for (const ChosenRange& range : chosen)
        range.validate();
}

std::string ActivationScheme::text() const {
    std::string text;
    if (rounds()) {
        text = fmt::format("activations {} bits {}", bits, isStatic() ? "per tensor" : "per token");
        if (isStatic())
            text += ranges == ClippingMethod::Percentile ? fmt::format(" by percentile {:g}", percentile)
                                                         : fmt::format(" by {}", vernier::name(ranges));
        if (isStatic() && !chosen.empty())
            text += fmt::format(", {} ranges chosen", chosen.size());
        if (!symmetric)
            text += ", asymmetric";
    }
    if (roundsCache())
        text += fmt::format("{}keys and values {} bits", text.empty() ? "" : ", ", keyValueBits);
    return text;
}

} // namespace vernier
