#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace vernier {

/// Reads keys of a config.json with their ranges, so that nothing later trusts a foreign number. A key whose value is
/// null counts as absent unless said otherwise.
class ConfigReader {
public:
    /// Throws Error{Input} when the file is not a JSON object.
    explicit ConfigReader(const std::filesystem::path& path);
    /// An object inside a config.json; name tells it in errors ("rope_scaling").
    ConfigReader(const ConfigReader& outer, std::string name, const nlohmann::json& object);

    const nlohmann::json* find(std::string_view key) const;
    bool isNull(std::string_view key) const; ///< there, and null

    /// These throw Error{Input} naming key and range; without a fallback also when the key is absent.
    std::int64_t whole(std::string_view key, std::int64_t low, std::int64_t high) const;
    std::int64_t whole(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t fallback) const;
    double real(std::string_view key, double low, double high) const;
    double real(std::string_view key, double low, double high, double fallback) const;
    bool flag(std::string_view key, bool fallback = false) const;
    std::string text(std::string_view key, std::string_view fallback = {}) const; ///< the fallback when not a text

    /// Refuses a flag that is set to what is not known (Error{Unsupported}).
    void expectFlag(std::string_view key, bool known) const;

    /// Throws Error{Input} about a key.
    [[noreturn]] void fail(std::string_view key, const std::string& problem) const;
    /// Throws Error{Unsupported} about a key.
    [[noreturn]] void refuse(std::string_view key, const std::string& problem, const std::string& remedy) const;

private:
    std::string m_place;
    nlohmann::json m_config;
};

} // namespace vernier
