#include "core/text/pattern.h"

#include <fmt/format.h>

namespace vernier {

Regex readPattern(const JsonView& json) {
    const auto place = [&](const char* kind) { return fmt::format("{}, {}.{}", json.file(), json.key(), kind); };
    if (json.has("Regex"))
        return Regex::oniguruma(json.at("Regex").string(), place("Regex"));
    if (json.has("String"))
        return Regex::literal(json.at("String").string(), place("String"));
    json.fail("is neither {\"Regex\": …} nor {\"String\": …}");
}

} // namespace vernier
