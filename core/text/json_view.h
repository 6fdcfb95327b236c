#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Points at a value inside a parsed JSON file and remembers file and key, so that every complaint names both.
/// Reading a value as what it is not throws Error{Input}. The JSON must outlive the view.
class JsonView {
public:
    JsonView(const nlohmann::json& value, std::string file, std::string key = {});

    const nlohmann::json& value() const { return *m_value; }
    const std::string& file() const { return m_file; }
    const std::string& key() const { return m_key; }

    bool isNull() const;
    /// Says whether this is an object with a member that is not null.
    bool has(const char* key) const;
    /// The member of an object; throws when it is missing.
    JsonView at(const char* key) const;
    /// The element of a list; throws when it is missing.
    JsonView at(std::size_t index) const;
    std::size_t listSize() const;

    const std::string& string() const;
    std::string string(const char* key, const char* absent) const;
    bool boolean() const;
    bool boolean(const char* key, bool absent) const;
    std::int64_t integer() const;

    /// Throws Error{Input} with file and key in front of problem.
    [[noreturn]] void fail(std::string problem, std::string remedy = "download or export the file again") const;
    /// Throws Error{Unsupported}: the kind of thing this is ("normalizer") has a type Vernier does not know.
    [[noreturn]] void unknownType(std::string_view thing, std::string_view type, std::string_view known) const;

private:
    std::string place() const;

    const nlohmann::json* m_value;
    std::string m_file, m_key;
};

} // namespace vernier
