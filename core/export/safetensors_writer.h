#pragma once

#include "core/base/descriptor.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is a tensor of a checkpoint in memory.
struct TensorBytes {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes; ///< little-endian elements, row-major
};

/// Writes tensors one by one into a folder as safetensors files with the metadata {"format": "pt"}:
/// model.safetensors, or, once a file would grow above a limit, model-00001-of-0000N.safetensors … and
/// model.safetensors.index.json. Headers are written last, into room kept in front of the data; what they do not need
/// of it is spaces, which the format allows.
class SafetensorsWriter {
public:
    static constexpr std::uint64_t kShardBytes = 5'000'000'000;

    /// headerBytes is how long the JSON of all tensors together may become (headerBytesOf sums it up).
    SafetensorsWriter(std::filesystem::path folder, std::uint64_t headerBytes, std::uint64_t shardBytes = kShardBytes);

    /// An upper bound of what the header says of a tensor of this name and at most 8 dimensions.
    static std::uint64_t headerBytesOf(std::string_view name);

    /// Appends a tensor. Throws Error{Io} naming the file, with its remedy, when the disk is full; Error{Internal} when
    /// a name is used twice, bytes do not fit the shape or the headers outgrow their room.
    void add(std::string_view name, DType type, const std::vector<std::int64_t>& shape,
             std::span<const std::byte> bytes);
    void add(const TensorBytes& tensor) { add(tensor.name, tensor.type, tensor.shape, tensor.bytes); }

    /// Writes headers and index, flushes everything to the disk and gives shards their final names. Called once.
    void finish();

    std::uint64_t dataBytes() const { return m_total; }
    std::size_t shards() const { return m_shards.size(); }

private:
    struct Shard {
        std::filesystem::path path;
        Descriptor file;
        std::uint64_t bytes = 0;
        std::string header; ///< "{...},..." without the outermost braces
    };
    void beginShard();

    std::filesystem::path m_folder;
    std::uint64_t m_headerBytes, m_shardBytes, m_total = 0;
    std::vector<Shard> m_shards;
    std::map<std::string, std::size_t, std::less<>> m_shardOf;
};

} // namespace vernier
