#include "core/model/safetensors.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr std::uint64_t kHeaderLimit = 100u << 20;       // the limit of the reference implementation
constexpr std::size_t kReadBytes = std::size_t{1} << 20; // read, then widened while they are in the cache
constexpr const char* kDownload = "download the file again";

/// Reports everything wrong with one file in the same words.
struct Complaint {
    std::string file;

    [[noreturn]] void header(const std::string& problem) const {
        throw Error(ErrorKind::Input, file + ", header", problem, kDownload);
    }
    [[noreturn]] void tensor(const std::string& name, const std::string& problem,
                             const std::string& remedy = kDownload) const {
        throw Error(ErrorKind::Input, fmt::format("{}, tensor {}", file, name), problem, remedy);
    }
};

std::uint64_t unsignedNumber(const json& value, const Complaint& complaint, const std::string& tensor,
                             const char* what) {
    if (!value.is_number_unsigned())
        complaint.tensor(tensor, fmt::format("its {} is not a whole number", what));
    return value.get<std::uint64_t>();
}

StoredTensor parseTensor(const std::string& name, const json& entry, std::span<const std::byte> data,
                         const Complaint& complaint) {
    if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") || !entry.contains("data_offsets"))
        complaint.tensor(name, "its entry lacks dtype, shape or data_offsets");
    StoredTensor tensor;
    tensor.name = name;
    const json& typeName = entry["dtype"];
    const auto type = typeName.is_string() ? dtypeFromName(typeName.get_ref<const std::string&>()) : std::nullopt;
    if (!type)
        complaint.tensor(name, fmt::format("its dtype {} is unknown", typeName.dump()),
                         "convert the checkpoint to F32, F16 or BF16");
    tensor.type = *type;
    const json& shape = entry["shape"];
    const json& offsets = entry["data_offsets"];
    if (!shape.is_array() || shape.size() > 8)
        complaint.tensor(name, "its shape is not a list of at most 8 numbers");
    std::uint64_t bytes = bytesPerElement(tensor.type);
    for (const json& extent : shape) {
        const std::uint64_t n = unsignedNumber(extent, complaint, name, "shape");
        constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
        if (n > kLargest || (n != 0 && bytes > kLargest / n))
            complaint.tensor(name, "its shape is too large");
        bytes *= n;
        tensor.shape.push_back(static_cast<std::int64_t>(n));
    }
    if (!offsets.is_array() || offsets.size() != 2)
        complaint.tensor(name, "its data_offsets are not two numbers");
    const std::uint64_t begin = unsignedNumber(offsets[0], complaint, name, "data_offsets");
    const std::uint64_t end = unsignedNumber(offsets[1], complaint, name, "data_offsets");
    if (begin > end || end > data.size())
        complaint.tensor(
            name, fmt::format("its data [{}, {}) lies outside the {} bytes the file holds", begin, end, data.size()));
    if (end - begin != bytes)
        complaint.tensor(name, fmt::format("its data has {} bytes where {} [{}] takes {}", end - begin,
                                           vernier::name(tensor.type), fmt::join(tensor.shape, ", "), bytes));
    tensor.bytes = data.subspan(begin, bytes);
    return tensor;
}

void refuseOverlap(const std::map<std::string, StoredTensor, std::less<>>& tensors, const Complaint& complaint) {
    std::vector<const StoredTensor*> byPlace;
    for (const auto& [name, tensor] : tensors)
        if (!tensor.bytes.empty())
            byPlace.push_back(&tensor);
    std::ranges::sort(byPlace, {}, [](const StoredTensor* tensor) { return tensor->bytes.data(); });
    for (std::size_t i = 1; i < byPlace.size(); ++i)
        if (byPlace[i - 1]->bytes.data() + byPlace[i - 1]->bytes.size() > byPlace[i]->bytes.data())
            complaint.tensor(byPlace[i]->name, fmt::format("its data overlaps that of {}", byPlace[i - 1]->name));
}

/// Walks the header's text before it is parsed: hostile nesting must not exhaust the stack, and a tensor named twice
/// would silently be merged by a JSON object. Returns the keys of the outermost object as they are written.
std::vector<std::string_view> outermostKeys(std::string_view text, const Complaint& complaint) {
    constexpr int kDepth = 4; // object, entry, list
    std::vector<std::string_view> keys;
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '{' || c == '[') {
            if (++depth > kDepth)
                complaint.header("is not the JSON object it should be");
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == '"') {
            const std::size_t begin = ++at;
            while (at < text.size() && text[at] != '"')
                at += text[at] == '\\' ? 2 : 1;
            const std::size_t next = text.find_first_not_of(" \t\r\n", std::min(at + 1, text.size()));
            if (depth == 1 && at < text.size() && next != std::string_view::npos && text[next] == ':')
                keys.push_back(text.substr(begin, at - begin));
        }
    }
    return keys;
}

json parseHeader(std::string_view text, const Complaint& complaint) {
    auto keys = outermostKeys(text, complaint);
    std::ranges::sort(keys);
    if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end())
        complaint.tensor(std::string(*twice), "is listed twice");
    json header = json::parse(text, nullptr, false);
    if (header.is_discarded() || !header.is_object())
        complaint.header("is not the JSON object it should be");
    return header;
}

} // namespace

std::int64_t StoredTensor::elements() const {
    return static_cast<std::int64_t>(bytes.size() / bytesPerElement(type));
}

std::string StoredTensor::text() const {
    return fmt::format("{} [{}]", vernier::name(type), fmt::join(shape, ", "));
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : m_descriptor(path, O_RDONLY), m_file(path) {
    const Complaint complaint{path.string()};
    const auto all = m_file.bytes();
    std::uint64_t length = 0;
    if (all.size() < sizeof(length))
        complaint.header(fmt::format("is missing: the file has only {} bytes", all.size()));
    std::memcpy(&length, all.data(), sizeof(length));
    if (length > all.size() - sizeof(length))
        complaint.header(fmt::format("claims {} bytes but the file has only {}; it is truncated or not safetensors",
                                     length, all.size()));
    if (length > kHeaderLimit)
        complaint.header(fmt::format("claims {} bytes, more than the {} allowed", length, kHeaderLimit));
    m_header = {reinterpret_cast<const char*>(all.data()) + sizeof(length), length};
    const auto data = all.subspan(sizeof(length) + length);
    const json header = parseHeader(m_header, complaint);
    for (const auto& [name, entry] : header.items())
        if (name != "__metadata__")
            m_tensors.emplace(name, parseTensor(name, entry, data, complaint));
    refuseOverlap(m_tensors, complaint);
}

void TensorReader::read(std::int64_t first, std::span<float> out, const JobContext& job) const {
    const std::size_t elementBytes = bytesPerElement(m_tensor->type), piece = kReadBytes / elementBytes;
    const auto offset = static_cast<std::uint64_t>(m_tensor->bytes.data() - m_file->bytes().data());
    std::vector<std::byte> buffer(std::min(piece, out.size()) * elementBytes);
    for (std::size_t at = 0; at < out.size(); at += piece) {
        job.throwIfCancelled();
        const auto part = out.subspan(at, std::min(piece, out.size() - at));
        const auto begin = static_cast<std::uint64_t>(first) + at;
        const std::span<std::byte> bytes(buffer.data(), part.size() * elementBytes);
        readAt(m_file->descriptor(), offset + begin * elementBytes, bytes, m_file->path());
        widen(bytes, m_tensor->type, part);
        const auto bad = std::ranges::find_if(part, [](float value) { return !std::isfinite(value); });
        if (bad != part.end())
            throw Error(
                ErrorKind::Numeric, fmt::format("{}, tensor {}", m_file->path().string(), m_tensor->name),
                fmt::format("holds {} at element {}", *bad, begin + static_cast<std::uint64_t>(bad - part.begin())),
                "download the weights again");
    }
}

void TensorReader::readBytes(std::uint64_t offset, std::span<std::byte> out, const JobContext& job) const {
    const auto begin = static_cast<std::uint64_t>(m_tensor->bytes.data() - m_file->bytes().data()) + offset;
    for (std::size_t at = 0; at < out.size(); at += kReadBytes) {
        job.throwIfCancelled();
        readAt(m_file->descriptor(), begin + at, out.subspan(at, std::min(kReadBytes, out.size() - at)),
               m_file->path());
    }
}

} // namespace vernier
