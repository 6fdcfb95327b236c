#include "core/export/safetensors_writer.h"

#include "core/base/error.h"

#include <cstdio>
#include <cstring>
#include <fcntl.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMetadata = R"("__metadata__":{"format":"pt"})";
constexpr std::uint64_t kLengthBytes = sizeof(std::uint64_t);

} // namespace

SafetensorsWriter::SafetensorsWriter(fs::path folder, std::uint64_t headerBytes, std::uint64_t shardBytes)
    : m_folder(std::move(folder)), m_headerBytes(headerBytes + kMetadata.size() + 2), m_shardBytes(shardBytes) {
    m_headerBytes += (8 - m_headerBytes % 8) % 8; // data begin at a multiple of 8, as readers that map them like it
    beginShard();
}

std::uint64_t SafetensorsWriter::headerBytesOf(std::string_view name) {
    constexpr std::uint64_t kRest = 8 * 20 + 2 * 20 + 64; // numbers, keys and punctuation
    return nlohmann::json(name).dump().size() + kRest;
}

void SafetensorsWriter::beginShard() {
    Shard shard;
    shard.path = m_folder / fmt::format("model-{:05}.safetensors", m_shards.size() + 1);
    shard.file = Descriptor(shard.path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    m_shards.push_back(std::move(shard));
}

void SafetensorsWriter::add(std::string_view name, DType type, const std::vector<std::int64_t>& shape,
                            std::span<const std::byte> bytes) {
    std::uint64_t expected = bytesPerElement(type);
    for (const std::int64_t extent : shape)
        expected *= static_cast<std::uint64_t>(extent);
    if (expected != bytes.size() || m_shardOf.contains(name))
        throw Error(ErrorKind::Internal, std::string(name),
                    m_shardOf.contains(name) ? "is written twice"
                                             : fmt::format("has {} bytes where [{}] takes {}", bytes.size(),
                                                           fmt::join(shape, ", "), expected));
    if (m_shards.back().bytes > 0 && m_shards.back().bytes + bytes.size() > m_shardBytes)
        beginShard();
    Shard& shard = m_shards.back();
    const nlohmann::json key(name);
    shard.header += fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", key.dump(),
                                vernier::name(type), fmt::join(shape, ","), shard.bytes, shard.bytes + bytes.size());
    if (shard.header.size() + kMetadata.size() + 2 > m_headerBytes)
        throw Error(ErrorKind::Internal, shard.path.string(), "its header outgrows the room kept for it");
    writeAt(shard.file, kLengthBytes + m_headerBytes + shard.bytes, bytes, shard.path);
    // Only a hint: the disk begins now, so that flushing later finds little left to do.
    ::sync_file_range(shard.file.get(), static_cast<off64_t>(kLengthBytes + m_headerBytes + shard.bytes),
                      static_cast<off64_t>(bytes.size()), SYNC_FILE_RANGE_WRITE);
    shard.bytes += bytes.size();
    m_total += bytes.size();
    m_shardOf.emplace(name, m_shards.size() - 1);
}

void SafetensorsWriter::finish() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_shards.size(); ++i) {
        Shard& shard = m_shards[i];
        std::string header = fmt::format("{{{}{}}}", kMetadata, shard.header);
        header.resize(m_headerBytes, ' ');
        std::string front(kLengthBytes, '\0');
        std::memcpy(front.data(), &m_headerBytes, kLengthBytes);
        front += header;
        writeAt(shard.file, 0, std::as_bytes(std::span(front)), shard.path);
        flushToDisk(shard.file, shard.path);
        names.push_back(m_shards.size() == 1 ? "model.safetensors"
                                             : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, m_shards.size()));
        if (::rename(shard.path.c_str(), (m_folder / names.back()).c_str()) != 0)
            throw ioError((m_folder / names.back()).string(), "cannot be created", errno);
    }
    if (m_shards.size() == 1)
        return;
    nlohmann::json index = {{"metadata", {{"total_size", m_total}}}, {"weight_map", nlohmann::json::object()}};
    for (const auto& [name, shard] : m_shardOf)
        index["weight_map"][name] = names[shard];
    const fs::path path = m_folder / "model.safetensors.index.json";
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const std::string text = index.dump(2) + "\n";
    writeAt(file, 0, std::as_bytes(std::span(text)), path);
    flushToDisk(file, path);
}

} // namespace vernier
