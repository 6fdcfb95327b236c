#include "core/export/gguf/gguf_writer.h"

#include "core/base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace vernier {

namespace {

enum class ValueType : std::uint32_t {
    U32 = 4,
    I32 = 5,
    F32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    U64 = 10,
    F64 = 12,
};

std::uint64_t aligned(std::uint64_t offset) {
    return (offset + kGgufAlignment - 1) / kGgufAlignment * kGgufAlignment;
}

/// Appends numbers and texts as the file has them.
class Bytes {
public:
    template <class T>
    void number(T value) {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }
    void type(ValueType type) { number(static_cast<std::uint32_t>(type)); }
    void text(const std::string& text) {
        number(static_cast<std::uint64_t>(text.size()));
        m_bytes += text;
    }
    void padTo(std::uint64_t size) { m_bytes.resize(size, '\0'); }
    const std::string& bytes() const { return m_bytes; }

    void value(bool value) { type(ValueType::Bool), number(static_cast<std::uint8_t>(value)); }
    void value(std::uint32_t value) { type(ValueType::U32), number(value); }
    void value(std::int32_t value) { type(ValueType::I32), number(value); }
    void value(float value) { type(ValueType::F32), number(value); }
    void value(std::uint64_t value) { type(ValueType::U64), number(value); }
    void value(double value) { type(ValueType::F64), number(value); }
    void value(const std::string& value) { type(ValueType::String), text(value); }
    void value(const std::vector<std::string>& values) {
        list(ValueType::String, values.size());
        for (const std::string& value : values)
            text(value);
    }
    void value(const std::vector<std::int32_t>& values) {
        list(ValueType::I32, values.size());
        for (const std::int32_t value : values)
            number(value);
    }
    void value(const std::vector<float>& values) {
        list(ValueType::F32, values.size());
        for (const float value : values)
            number(value);
    }

private:
    void list(ValueType of, std::size_t size) {
        type(ValueType::Array);
        type(of);
        number(static_cast<std::uint64_t>(size));
    }
    std::string m_bytes;
};

} // namespace

std::uint64_t GgufTensor::bytes() const {
    const GgmlTypeFacts& facts = ggmlTypeFacts(type);
    std::uint64_t elements = 1;
    for (const std::int64_t extent : shape)
        elements *= static_cast<std::uint64_t>(extent);
    return elements / static_cast<std::uint64_t>(facts.blockElements) * facts.blockBytes;
}

GgufWriter::GgufWriter(const std::filesystem::path& path, const GgufMetadata& metadata, std::vector<GgufTensor> tensors)
    : m_path(path), m_file(path, O_RDWR | O_CREAT | O_TRUNC, 0644), m_tensors(std::move(tensors)) {
    Bytes head;
    for (const char c : {'G', 'G', 'U', 'F'})
        head.number(c);
    head.number(std::uint32_t{3});
    head.number(static_cast<std::uint64_t>(m_tensors.size()));
    head.number(static_cast<std::uint64_t>(metadata.size()));
    for (const auto& [key, value] : metadata) {
        head.text(key);
        std::visit([&](const auto& held) { head.value(held); }, value);
    }
    std::uint64_t offset = 0;
    for (const GgufTensor& tensor : m_tensors) {
        head.text(tensor.name);
        head.number(static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto extent = tensor.shape.rbegin(); extent != tensor.shape.rend(); ++extent)
            head.number(static_cast<std::uint64_t>(*extent));
        head.number(static_cast<std::uint32_t>(tensor.type));
        head.number(offset);
        offset = aligned(offset + tensor.bytes());
    }
    head.padTo(aligned(head.bytes().size()));
    writeAt(m_file, 0, std::as_bytes(std::span(head.bytes())), m_path);
    m_at = head.bytes().size();
}

void GgufWriter::append(std::span<const std::byte> bytes) {
    if (m_current == m_tensors.size() || m_written + bytes.size() > m_tensors[m_current].bytes())
        throw Error(ErrorKind::Internal, m_path.string(), "gets more data than its tensors have");
    writeAt(m_file, m_at + m_written, bytes, m_path);
    ::sync_file_range(m_file.get(), static_cast<off64_t>(m_at + m_written), static_cast<off64_t>(bytes.size()),
                      SYNC_FILE_RANGE_WRITE); // only a hint: the disk begins now
    m_written += bytes.size();
    if (m_written < m_tensors[m_current].bytes())
        return;
    m_total += m_written;
    m_at += aligned(m_written);
    m_written = 0;
    ++m_current;
}

void GgufWriter::finish() {
    if (m_current != m_tensors.size())
        throw Error(ErrorKind::Internal, m_path.string(),
                    fmt::format("lacks the data of {}", m_tensors[m_current].name));
    // Readers want the last tensor padded as well.
    if (::ftruncate(m_file.get(), static_cast<off_t>(m_at)) != 0)
        throw ioError(m_path.string(), "cannot be written", errno);
    flushToDisk(m_file, m_path);
}

} // namespace vernier
