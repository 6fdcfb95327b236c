#include "core/export/gguf/gguf_file.h"

#include "core/base/error.h"

#include <cstring>
#include <fcntl.h>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::uint64_t kMostTensors = 1u << 20, kMostKeys = 1u << 16, kLongestText = 64u << 20;
constexpr std::uint64_t kLargestAlignment = 1u << 20;
constexpr std::uint32_t kMostDimensions = 4;

/// Reads the head of a file front to back, never beyond its end.
class HeadReader {
public:
    HeadReader(std::span<const std::byte> bytes, std::string file) : m_bytes(bytes), m_file(std::move(file)) {}

    template <class T>
    T number(const char* what) {
        T value{};
        std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
        return value;
    }
    std::string text(const char* what) {
        const auto length = number<std::uint64_t>(what);
        if (length > kLongestText)
            complain(what, fmt::format("claims {} bytes", length));
        const auto bytes = take(length, what);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::uint64_t at() const { return m_at; }
    std::uint64_t left() const { return m_bytes.size() - m_at; }
    [[noreturn]] void complain(const std::string& place, const std::string& problem,
                               ErrorKind kind = ErrorKind::Input) const {
        throw Error(kind, m_file + ", " + place, problem, "export or download the file again");
    }

private:
    std::span<const std::byte> take(std::uint64_t size, const char* what) {
        if (size > left())
            complain(what, fmt::format("the file ends at byte {}, too early", m_bytes.size()));
        const auto part = m_bytes.subspan(m_at, size);
        m_at += size;
        return part;
    }

    std::span<const std::byte> m_bytes;
    std::string m_file;
    std::uint64_t m_at = 0;
};

enum ValueType : std::uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kText, kArray, kU64, kI64, kF64 };

/// A list of numbers as i32 or f32, which is what those that matter here are.
template <class Stored, class Kept>
std::vector<Kept> numbers(HeadReader& head, std::uint64_t count) {
    if (count > head.left() / sizeof(Stored))
        head.complain("metadata", fmt::format("a list claims {} elements", count));
    std::vector<Kept> list(count);
    for (Kept& value : list)
        value = static_cast<Kept>(head.number<Stored>("metadata"));
    return list;
}

GgufValue readList(HeadReader& head) {
    const auto type = head.number<std::uint32_t>("metadata");
    const auto count = head.number<std::uint64_t>("metadata");
    switch (type) {
    case kText: {
        if (count > head.left() / sizeof(std::uint64_t))
            head.complain("metadata", fmt::format("a list claims {} texts", count));
        std::vector<std::string> list(count);
        for (std::string& text : list)
            text = head.text("metadata");
        return list;
    }
    case kF32:
        return numbers<float, float>(head, count);
    case kF64:
        return numbers<double, float>(head, count);
    case kI32:
        return numbers<std::int32_t, std::int32_t>(head, count);
    case kU32:
        return numbers<std::uint32_t, std::int32_t>(head, count);
    case kU8:
    case kBool:
        return numbers<std::uint8_t, std::int32_t>(head, count);
    case kI8:
        return numbers<std::int8_t, std::int32_t>(head, count);
    case kU16:
        return numbers<std::uint16_t, std::int32_t>(head, count);
    case kI16:
        return numbers<std::int16_t, std::int32_t>(head, count);
    case kU64:
        return numbers<std::uint64_t, std::int32_t>(head, count);
    case kI64:
        return numbers<std::int64_t, std::int32_t>(head, count);
    default:
        head.complain("metadata", fmt::format("holds a list of type {}", type));
    }
}

GgufValue readValue(HeadReader& head) {
    switch (const auto type = head.number<std::uint32_t>("metadata")) {
    case kU8:
        return std::uint32_t{head.number<std::uint8_t>("metadata")};
    case kI8:
        return std::int32_t{head.number<std::int8_t>("metadata")};
    case kU16:
        return std::uint32_t{head.number<std::uint16_t>("metadata")};
    case kI16:
        return std::int32_t{head.number<std::int16_t>("metadata")};
    case kU32:
        return head.number<std::uint32_t>("metadata");
    case kI32:
        return head.number<std::int32_t>("metadata");
    case kF32:
        return head.number<float>("metadata");
    case kBool:
        return head.number<std::uint8_t>("metadata") != 0;
    case kText:
        return head.text("metadata");
    case kArray:
        return readList(head);
    case kU64:
        return head.number<std::uint64_t>("metadata");
    case kI64:
        return static_cast<std::uint64_t>(head.number<std::int64_t>("metadata"));
    case kF64:
        return head.number<double>("metadata");
    default:
        head.complain("metadata", fmt::format("holds a value of type {}", type));
    }
}

GgufFile::Tensor readTensor(HeadReader& head) {
    GgufFile::Tensor tensor;
    tensor.name = head.text("tensors");
    const auto dimensions = head.number<std::uint32_t>("tensors");
    if (dimensions > kMostDimensions)
        head.complain("tensor " + tensor.name, fmt::format("has {} dimensions", dimensions));
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        const auto extent = head.number<std::uint64_t>("tensors");
        if (extent == 0 || extent > (std::uint64_t{1} << 48) / elements)
            head.complain("tensor " + tensor.name, fmt::format("has the extent {}", extent));
        elements *= extent;
        tensor.shape.insert(tensor.shape.begin(), static_cast<std::int64_t>(extent));
    }
    tensor.type = head.number<std::uint32_t>("tensors");
    tensor.offset = head.number<std::uint64_t>("tensors");
    if (const GgmlTypeFacts* facts = ggmlTypeFacts(tensor.type)) {
        const auto block = static_cast<std::uint64_t>(facts->blockElements);
        const std::int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
        if (static_cast<std::uint64_t>(row) % block != 0)
            head.complain("tensor " + tensor.name,
                          fmt::format("its rows of {} are no whole blocks of {}", row, facts->name));
        tensor.bytes = elements / block * facts->blockBytes;
    }
    return tensor;
}

} // namespace

std::int64_t GgufFile::Tensor::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        count *= extent;
    return count;
}

GgufFile::GgufFile(const std::filesystem::path& path) : m_path(path), m_descriptor(path, O_RDONLY) {
    const MappedFile file(path);
    HeadReader head(file.bytes(), path.string());
    if (file.bytes().size() < 24 || std::memcmp(file.bytes().data(), "GGUF", 4) != 0)
        head.complain("header", "is no GGUF file");
    head.number<std::uint32_t>("header");
    const auto version = head.number<std::uint32_t>("header");
    if (version != 2 && version != 3)
        head.complain("header", fmt::format("is of version {}; 2 and 3 are known", version), ErrorKind::Unsupported);
    const auto tensors = head.number<std::uint64_t>("header"), keys = head.number<std::uint64_t>("header");
    if (tensors > kMostTensors || keys > kMostKeys)
        head.complain("header", fmt::format("claims {} tensors and {} keys", tensors, keys));
    for (std::uint64_t i = 0; i < keys; ++i) {
        std::string key = head.text("metadata");
        GgufValue value = readValue(head);
        if (!m_metadata.emplace(key, std::move(value)).second)
            head.complain("metadata", key + " is there twice");
    }
    for (std::uint64_t i = 0; i < tensors; ++i) {
        m_tensors.push_back(readTensor(head));
        if (!m_byName.emplace(m_tensors.back().name, m_tensors.size() - 1).second)
            head.complain("tensor " + m_tensors.back().name, "is there twice");
    }
    const std::uint64_t alignment =
        value("general.alignment") ? static_cast<std::uint64_t>(whole("general.alignment")) : kGgufAlignment;
    if (alignment == 0 || alignment > kLargestAlignment || (alignment & (alignment - 1)) != 0)
        head.complain("general.alignment", fmt::format("{} is no power of two", alignment));
    const std::uint64_t data = (head.at() + alignment - 1) / alignment * alignment;
    for (Tensor& tensor : m_tensors) {
        const std::uint64_t room = file.bytes().size() > data ? file.bytes().size() - data : 0;
        if (data > file.bytes().size() || tensor.offset % alignment != 0 || tensor.offset > room ||
            tensor.bytes > room - tensor.offset)
            head.complain("tensor " + tensor.name,
                          fmt::format("its data at {} lie outside the file or between places", tensor.offset));
        tensor.offset += data;
    }
}

const GgufFile::Tensor* GgufFile::find(std::string_view name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_tensors[found->second];
}

const GgufValue* GgufFile::value(std::string_view key) const {
    const auto found = m_metadata.find(key);
    return found == m_metadata.end() ? nullptr : &found->second;
}

namespace {

[[noreturn]] void missing(const std::filesystem::path& path, std::string_view key, const char* what) {
    throw Error(ErrorKind::Input, fmt::format("{}, {}", path.string(), key), fmt::format("is not {}", what),
                "export or download the file again");
}

} // namespace

std::string GgufFile::text(std::string_view key) const {
    const GgufValue* held = value(key);
    if (!held || !std::holds_alternative<std::string>(*held))
        missing(m_path, key, "a text");
    return std::get<std::string>(*held);
}

std::int64_t GgufFile::whole(std::string_view key) const {
    const GgufValue* held = value(key);
    if (held)
        if (const auto number = std::visit(
                [](const auto& v) -> std::optional<std::int64_t> {
                    using T = std::decay_t<decltype(v)>;
                    if constexpr (std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::int32_t>)
                        return std::int64_t{v};
                    else if constexpr (std::is_same_v<T, std::uint64_t>)
                        return v <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}
                                   ? std::optional(static_cast<std::int64_t>(v))
                                   : std::nullopt;
                    else
                        return std::nullopt;
                },
                *held))
            return *number;
    missing(m_path, key, "a whole number");
}

double GgufFile::real(std::string_view key) const {
    const GgufValue* held = value(key);
    if (held && std::holds_alternative<float>(*held))
        return double{std::get<float>(*held)};
    if (held && std::holds_alternative<double>(*held))
        return std::get<double>(*held);
    missing(m_path, key, "a number");
}

std::vector<std::byte> GgufFile::readBytes(const Tensor& tensor, const JobContext& job) const {
    if (!ggmlTypeFacts(tensor.type))
        throw Error(ErrorKind::Unsupported, fmt::format("{}, tensor {}", m_path.string(), tensor.name),
                    fmt::format("is of type {}, which is not known", tensor.type),
                    "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0 are");
    constexpr std::size_t kPiece = std::size_t{4} << 20;
    std::vector<std::byte> bytes(tensor.bytes);
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        job.throwIfCancelled();
        readAt(m_descriptor, tensor.offset + at, std::span(bytes).subspan(at, std::min(kPiece, bytes.size() - at)),
               m_path);
    }
    return bytes;
}

std::vector<float> GgufFile::read(const Tensor& tensor, const JobContext& job) const {
    const auto bytes = readBytes(tensor, job);
    std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
    unpackBlocks(bytes, static_cast<GgmlType>(tensor.type), values);
    return values;
}

} // namespace vernier
