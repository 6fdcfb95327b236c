#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vernier::h5 {

/// Bytes of a chunk, unless the dataset is smaller; elements that do not divide it make it a little smaller.
inline constexpr std::size_t kWholeChunkBytes = std::size_t{1} << 20;

/// How the values of a dataset, row by row in memory, fall into chunks. A chunk takes whole rows of the last
/// dimensions, as many as fit into 1 MiB, so that its values lie together in memory.
class ChunkGrid {
public:
    ChunkGrid(std::vector<std::uint64_t> shape, std::size_t elementSize);

    std::size_t chunks() const { return m_chunks; } ///< 0 for a dataset without values
    const std::vector<std::uint64_t>& chunkShape() const { return m_chunk; }
    std::size_t chunkBytes() const { return m_chunkElements * m_elementSize; } ///< of a whole one
    std::size_t elementSize() const { return m_elementSize; }

    struct Chunk {
        std::vector<std::uint64_t> place; ///< of its first element, per dimension
        std::size_t first = 0, count = 0; ///< elements in memory; fewer than a whole chunk has at the edge
    };
    Chunk operator[](std::size_t chunk) const;

private:
    std::vector<std::uint64_t> m_shape, m_chunk;
    std::size_t m_elementSize;
    std::size_t m_divided = 0;     ///< the dimension that is cut; those before it are taken one by one
    std::size_t m_cuts = 0;        ///< chunks along it
    std::size_t m_rowElements = 1; ///< elements of one step along it
    std::size_t m_chunkElements = 1;
    std::size_t m_chunks = 1;
};

/// Is a chunk as it stands in a file: shuffled, deflated, and its Fletcher-32 behind it.
struct StoredChunk {
    std::vector<std::byte> bytes;
    std::uint32_t filterMask = 0; ///< bit of each filter that was left out
};

/// The bit of the deflate filter; shuffle, where elements have several bytes, stands before it.
constexpr std::uint32_t deflateFilter(std::size_t elementSize) {
    return elementSize > 1 ? 2 : 1;
}

/// Does what HDF5's filters of those names do to a chunk, outside HDF5's lock: values are filled up with zeros to
/// chunkBytes. What does not become smaller is not deflated.
StoredChunk storeChunk(std::span<const std::byte> values, std::size_t chunkBytes, std::size_t elementSize);

/// Whether the last four bytes are the Fletcher-32 of those before.
bool hasGoodChecksum(std::span<const std::byte> stored);

} // namespace vernier::h5
