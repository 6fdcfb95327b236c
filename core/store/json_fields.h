#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Reads the members of a JSON object, each of the type and in the range that is asked for; every other case throws
/// Error{Input} whose place is the key. The object must live as long as this one.
class JsonFields {
public:
    /// Throws Error{Input} naming what it should have been when json is not an object.
    JsonFields(const nlohmann::json& json, std::string what);

    std::int64_t integer(const char* key, std::int64_t least, std::int64_t most) const;
    std::uint64_t count(const char* key) const; ///< 0 … 2^64 − 1
    int smallInteger(const char* key) const;    ///< any int
    double number(const char* key) const;
    std::optional<double> optionalNumber(const char* key) const; ///< nothing when absent or null
    bool flag(const char* key) const;
    std::string text(const char* key) const;
    std::vector<std::string> texts(const char* key) const;
    const nlohmann::json& member(const char* key) const;
    const nlohmann::json* find(const char* key) const; ///< null when absent or null

private:
    const nlohmann::json& m_json;
    std::string m_what;
};

/// A number that JsonFields::number gives back exactly: JSON has no infinities and no NaN, which become the words
/// "Infinity", "-Infinity" and "NaN".
nlohmann::json jsonNumber(double value);

/// Parses text that should be JSON; throws Error{Input} with what as place.
nlohmann::json parseJson(const std::string& text, const std::string& what);

/// The text of json; bytes that are not UTF-8 become U+FFFD rather than an error.
std::string jsonText(const nlohmann::json& json);

} // namespace vernier
