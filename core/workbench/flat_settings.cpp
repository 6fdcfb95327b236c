#include "core/workbench/flat_settings.h"

#include <nlohmann/json.hpp>

namespace vernier {

void forEachSetting(const nlohmann::json& settings,
                    const std::function<void(const std::string& name, const nlohmann::json& value)>& visit,
                    const std::string& prefix) {
    for (const auto& [key, value] : settings.items())
        if (value.is_object())
            forEachSetting(value, visit, prefix + key + ".");
        else
            visit(prefix + key, value);
}

} // namespace vernier
