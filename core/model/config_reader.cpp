#include "core/model/config_reader.h"

#include "core/base/error.h"
#include "core/base/json_file.h"

#include <fmt/format.h>

namespace vernier {

using nlohmann::json;

ConfigReader::ConfigReader(const std::filesystem::path& path)
    : m_place(path.string() + ", "), m_config(readJson(path, 16u << 20)) {
    if (!m_config.is_object())
        throw Error(ErrorKind::Input, path.string(), "is not a JSON object", "name a Hugging Face model folder");
}

ConfigReader::ConfigReader(const ConfigReader& outer, std::string name, const json& object)
    : m_place(outer.m_place + name + "."), m_config(object) {
    if (!m_config.is_object())
        outer.fail(name, "is not a JSON object");
}

const json* ConfigReader::find(std::string_view key) const {
    const auto found = m_config.find(key);
    return found == m_config.end() || found->is_null() ? nullptr : &*found;
}

bool ConfigReader::isNull(std::string_view key) const {
    const auto found = m_config.find(key);
    return found != m_config.end() && found->is_null();
}

std::int64_t ConfigReader::whole(std::string_view key, std::int64_t low, std::int64_t high) const {
    const json* value = find(key);
    if (!value)
        fail(key, "is missing");
    if (!value->is_number_integer() || value->get<std::int64_t>() < low || value->get<std::int64_t>() > high)
        fail(key, fmt::format("is {}, not a whole number in {} … {}", value->dump(), low, high));
    return value->get<std::int64_t>();
}

std::int64_t ConfigReader::whole(std::string_view key, std::int64_t low, std::int64_t high,
                                 std::int64_t fallback) const {
    return find(key) ? whole(key, low, high) : fallback;
}

double ConfigReader::real(std::string_view key, double low, double high) const {
    const json* value = find(key);
    if (!value)
        fail(key, "is missing");
    if (!value->is_number() || !(value->get<double>() >= low && value->get<double>() <= high))
        fail(key, fmt::format("is {}, not a number in {} … {}", value->dump(), low, high));
    return value->get<double>();
}

double ConfigReader::real(std::string_view key, double low, double high, double fallback) const {
    return find(key) ? real(key, low, high) : fallback;
}

bool ConfigReader::flag(std::string_view key, bool fallback) const {
    const json* value = find(key);
    if (value && !value->is_boolean())
        fail(key, "is neither true nor false");
    return value ? value->get<bool>() : fallback;
}

std::string ConfigReader::text(std::string_view key, std::string_view fallback) const {
    const json* value = find(key);
    return value && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

void ConfigReader::expectFlag(std::string_view key, bool known) const {
    if (flag(key, known) != known)
        refuse(key, fmt::format("{} is not known in this architecture", !known), fmt::format("known is {}", known));
}

void ConfigReader::fail(std::string_view key, const std::string& problem) const {
    throw Error(ErrorKind::Input, fmt::format("{}{}", m_place, key), problem,
                "use the config.json that belongs to the weights");
}

void ConfigReader::refuse(std::string_view key, const std::string& problem, const std::string& remedy) const {
    throw Error(ErrorKind::Unsupported, fmt::format("{}{}", m_place, key), problem, remedy);
}

} // namespace vernier
