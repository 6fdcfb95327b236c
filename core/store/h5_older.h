#pragma once

#include "core/base/sha256.h"
#include "core/store/h5_chunk.h"
#include "core/store/h5_library.h"

#include <string_view>
#include <vector>

namespace vernier {
class H5File;
}

namespace vernier::h5 {

/// Finds chunks of a dataset in an older file by what they hold. Any file may be given; one where the dataset is
/// missing, laid out in another way or without digests (kChunkDigests) has nothing to find.
class OlderDataset {
public:
    /// type and grid are those of the dataset that is being written.
    OlderDataset(const H5File& file, std::int64_t fileId, std::string_view dataset, std::int64_t type,
                 const ChunkGrid& grid);
    ~OlderDataset();
    OlderDataset(const OlderDataset&) = delete;
    OlderDataset& operator=(const OlderDataset&) = delete;

    /// The chunk as it stands there, if its values have this digest; else an empty one. Its checksum is not yet
    /// verified.
    StoredChunk find(std::size_t index, const ChunkGrid::Chunk& chunk, const Sha256Digest& digest) const;

private:
    Handle m_dataset;
    std::vector<std::uint8_t> m_digests;
    std::size_t m_mostBytes;
    std::uint32_t m_mayBeLeftOut;
};

} // namespace vernier::h5
