#include "core/store/json_fields.h"

#include "core/base/error.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kMinusInfinity = "-Infinity";
constexpr std::string_view kNotANumber = "NaN";

[[noreturn]] void refuse(const std::string& key, std::string problem) {
    throw Error(ErrorKind::Input, key, std::move(problem));
}

// The value in the message, cut so that a foreign file cannot flood it.
std::string shown(const json& value) {
    constexpr std::size_t kMostShown = 60;
    const std::string text = value.is_structured() ? value.type_name() : jsonText(value);
    return text.size() > kMostShown ? text.substr(0, kMostShown) + "…" : text;
}

double numberOf(const char* key, const json& value) {
    if (value.is_number())
        return value.get<double>();
    if (value.is_string()) {
        const auto& word = value.get_ref<const std::string&>();
        if (word == kInfinity)
            return std::numeric_limits<double>::infinity();
        if (word == kMinusInfinity)
            return -std::numeric_limits<double>::infinity();
        if (word == kNotANumber)
            return std::numeric_limits<double>::quiet_NaN();
    }
    refuse(key, fmt::format("{} is not a number", shown(value)));
}

} // namespace

JsonFields::JsonFields(const json& json, std::string what) : m_json(json), m_what(std::move(what)) {
    if (!json.is_object())
        refuse(m_what, fmt::format("{} is not a JSON object", shown(json)));
}

const json* JsonFields::find(const char* key) const {
    const auto found = m_json.find(key);
    return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

const json& JsonFields::member(const char* key) const {
    if (const json* value = find(key))
        return *value;
    refuse(key, fmt::format("is missing in the {}", m_what));
}

std::int64_t JsonFields::integer(const char* key, std::int64_t least, std::int64_t most) const {
    const json& value = member(key);
    if (!value.is_number_integer())
        refuse(key, fmt::format("{} is not a whole number", shown(value)));
    const bool isTooLarge = value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (isTooLarge || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
        refuse(key, fmt::format("{} is not in {} to {}", shown(value), least, most));
    return value.get<std::int64_t>();
}

std::uint64_t JsonFields::count(const char* key) const {
    const json& value = member(key);
    if (!value.is_number_integer() || (!value.is_number_unsigned() && value.get<std::int64_t>() < 0))
        refuse(key, fmt::format("{} is not a count", shown(value)));
    return value.get<std::uint64_t>();
}

int JsonFields::smallInteger(const char* key) const {
    return static_cast<int>(integer(key, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

double JsonFields::number(const char* key) const {
    return numberOf(key, member(key));
}

std::optional<double> JsonFields::optionalNumber(const char* key) const {
    const json* value = find(key);
    return value ? std::optional(numberOf(key, *value)) : std::nullopt;
}

bool JsonFields::flag(const char* key) const {
    const json& value = member(key);
    if (!value.is_boolean())
        refuse(key, fmt::format("{} is neither true nor false", shown(value)));
    return value.get<bool>();
}

std::string JsonFields::text(const char* key) const {
    const json& value = member(key);
    if (!value.is_string())
        refuse(key, fmt::format("{} is not a text", shown(value)));
    return value.get<std::string>();
}

std::vector<std::string> JsonFields::texts(const char* key) const {
    const json& value = member(key);
    std::vector<std::string> list;
    if (!value.is_array())
        refuse(key, fmt::format("{} is not a list of texts", shown(value)));
    for (const json& element : value) {
        if (!element.is_string())
            refuse(key, fmt::format("{} in the list is not a text", shown(element)));
        list.push_back(element.get<std::string>());
    }
    return list;
}

json jsonNumber(double value) {
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? kNotANumber : value > 0 ? kInfinity : kMinusInfinity;
}

json parseJson(const std::string& text, const std::string& what) {
    try {
        return json::parse(text);
    } catch (const json::exception&) {
        refuse(what, "is not valid JSON");
    }
}

std::string jsonText(const json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace vernier
