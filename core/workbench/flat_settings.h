#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Visits the members of a JSON object, those of objects inside as "activations.bits".
void forEachSetting(const nlohmann::json& settings,
                    const std::function<void(const std::string& name, const nlohmann::json& value)>& visit,
                    const std::string& prefix = {});

} // namespace vernier
