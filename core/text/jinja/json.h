#pragma once

#include "core/text/jinja/value.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace vernier::jinja {

/// Turns JSON into a value; objects keep the order they have. Throws Failure when it is nested too deeply.
Value fromJson(const nlohmann::json& json);
Value fromJson(const nlohmann::ordered_json& json);

/// How JSON is written, Python's json.dumps in its words.
struct JsonStyle {
    int indent = -1; ///< columns per level; -1 for one line
    std::string itemSeparator = ", ", keySeparator = ": ";
    bool asciiOnly = false, sortKeys = false;
};

/// Writes a value as JSON. Throws Failure for values JSON has no form for, or past the output limit.
std::string toJson(const Value& value, const JsonStyle& style);

} // namespace vernier::jinja
