#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Is one field of a protobuf message: value for varints and fixed words, bytes for the rest.
struct ProtobufField {
    std::uint32_t number = 0;
    std::uint64_t value = 0;
    std::string_view bytes;
};

/// Walks over the fields of a message in the protobuf wire format. Never reads outside it.
class ProtobufReader {
public:
    explicit ProtobufReader(std::string_view message) : m_rest(message) {}

    /// The next field; nothing at the end or where the message is malformed.
    std::optional<ProtobufField> next();
    bool failed() const { return m_failed; } ///< whether it was malformed

private:
    std::optional<std::uint64_t> varint();
    std::optional<std::string_view> take(std::uint64_t size);

    std::string_view m_rest;
    bool m_failed = false;
};

/// Writes a message in the protobuf wire format.
class ProtobufWriter {
public:
    void number(std::uint32_t field, std::uint64_t value);
    void word(std::uint32_t field, std::uint32_t value); ///< fixed32, which floats use
    void bytes(std::uint32_t field, std::string_view value);
    const std::string& result() const { return m_message; }

private:
    void varint(std::uint64_t value);

    std::string m_message;
};

} // namespace vernier
