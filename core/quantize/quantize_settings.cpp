#include "core/base/error.h"
#include "core/quantize/awq.h"
#include "core/quantize/gptq.h"
#include "core/quantize/quantize_model.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 3> kMethods = {"rtn", "gptq", "awq"};

} // namespace

std::string name(Method method) {
    return std::string(kMethods[static_cast<std::size_t>(method)]);
}

Method methodFromName(std::string_view name) {
    for (std::size_t i = 0; i < kMethods.size(); ++i)
        if (kMethods[i] == name)
            return static_cast<Method>(i);
    throw Error(ErrorKind::Input, "method", fmt::format("{} is not known", name), "use rtn, gptq or awq");
}

GptqOptions gptqOptions(const QuantizeSettings& settings) {
    return {settings.scheme, settings.dampPercent, settings.blockColumns, settings.actOrder, settings.actOrder};
}

AwqOptions awqOptions(const QuantizeSettings& settings) {
    return {settings.scheme, settings.gridPoints};
}

void QuantizeSettings::validate() const {
    scheme.validate();
    if (method == Method::Gptq)
        gptqOptions(*this).validate();
    if (method == Method::Awq)
        awqOptions(*this).validate();
}

} // namespace vernier
