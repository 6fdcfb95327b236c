#include "core/text/protobuf.h"

namespace vernier {

namespace {

enum WireType : std::uint64_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

std::uint64_t littleEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

std::optional<std::uint64_t> ProtobufReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (byte < 0x80)
            return value;
    }
    m_failed = true;
    return std::nullopt;
}

std::optional<std::string_view> ProtobufReader::take(std::uint64_t size) {
    if (size > m_rest.size()) {
        m_failed = true;
        return std::nullopt;
    }
    const std::string_view taken = m_rest.substr(0, size);
    m_rest.remove_prefix(size);
    return taken;
}

std::optional<ProtobufField> ProtobufReader::next() {
    if (m_rest.empty() || m_failed)
        return std::nullopt;
    const auto tag = varint();
    if (!tag)
        return std::nullopt;
    ProtobufField field;
    field.number = static_cast<std::uint32_t>(*tag >> 3);
    const std::uint64_t type = *tag & 7;
    if (type == Varint) {
        field.value = varint().value_or(0);
    } else if (type == Fixed64 || type == Fixed32) {
        field.value = littleEndian(take(type == Fixed64 ? 8 : 4).value_or(""));
    } else if (type == Bytes) {
        const auto size = varint();
        field.bytes = size ? take(*size).value_or("") : std::string_view();
    } else
        m_failed = true;
    return m_failed ? std::nullopt : std::optional(field);
}

void ProtobufWriter::varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        m_message += static_cast<char>(value | 0x80);
    m_message += static_cast<char>(value);
}

void ProtobufWriter::number(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3 | Varint);
    varint(value);
}

void ProtobufWriter::word(std::uint32_t field, std::uint32_t value) {
    varint(std::uint64_t{field} << 3 | Fixed32);
    for (int shift = 0; shift < 32; shift += 8)
        m_message += static_cast<char>(value >> shift & 0xFF);
}

void ProtobufWriter::bytes(std::uint32_t field, std::string_view value) {
    varint(std::uint64_t{field} << 3 | Bytes);
    varint(value.size());
    m_message += value;
}

} // namespace vernier
