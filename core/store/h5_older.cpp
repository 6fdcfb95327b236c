#include "core/store/h5_older.h"

#include "core/base/error.h"
#include "core/store/h5_file.h"
#include "core/store/h5_layout.h"

#include <algorithm>
#include <string>

#include <hdf5.h>

namespace vernier::h5 {

namespace {

/// Whether chunks may be moved between the datasets: same type, same cut, and the filters that storeChunk applies.
bool isLaidOutAs(const Handle& dataset, std::int64_t type, const ChunkGrid& grid) {
    const Handle storedType(H5Dget_type(dataset.id()), H5Tclose);
    const Handle creation(H5Dget_create_plist(dataset.id()), H5Pclose);
    if (H5Tequal(storedType.id(), type) <= 0 || H5Pget_layout(creation.id()) != H5D_CHUNKED)
        return false;
    const std::vector<hsize_t> wanted(grid.chunkShape().begin(), grid.chunkShape().end());
    std::vector<hsize_t> chunk(wanted.size());
    if (H5Pget_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()) != static_cast<int>(wanted.size()) ||
        chunk != wanted)
        return false;
    std::vector<H5Z_filter_t> filters = {H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32};
    if (grid.elementSize() > 1)
        filters.insert(filters.begin(), H5Z_FILTER_SHUFFLE);
    if (H5Pget_nfilters(creation.id()) != static_cast<int>(filters.size()))
        return false;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        if (H5Pget_filter2(creation.id(), static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr) !=
            filters[i])
            return false;
    }
    return true;
}

} // namespace

OlderDataset::OlderDataset(const H5File& file, std::int64_t fileId, std::string_view dataset, std::int64_t type,
                           const ChunkGrid& grid)
    : m_mostBytes(2 * grid.chunkBytes()), m_mayBeLeftOut(deflateFilter(grid.elementSize())) {
    const std::string name(dataset), digests = kChunkDigests + name;
    if (!file.has(name) || !file.has(digests))
        return;
    const auto held = lock();
    m_dataset = Handle(H5Dopen2(fileId, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!m_dataset.valid() || !isLaidOutAs(m_dataset, type, grid))
        return;
    try {
        m_digests = file.readBytes(digests);
    } catch (const Error&) {
        // A damaged older file is no reason not to write a good one.
    }
}

OlderDataset::~OlderDataset() {
    const auto held = lock();
    m_dataset = {};
}

StoredChunk OlderDataset::find(std::size_t index, const ChunkGrid::Chunk& chunk, const Sha256Digest& digest) const {
    const std::size_t at = index * digest.size();
    if (at + digest.size() > m_digests.size() || !std::equal(digest.begin(), digest.end(), &m_digests[at]))
        return {};
    const std::vector<hsize_t> place(chunk.place.begin(), chunk.place.end());
    const auto held = lock();
    hsize_t size = 0;
    if (H5Dget_chunk_storage_size(m_dataset.id(), place.data(), &size) < 0 || size == 0 || size > m_mostBytes)
        return {};
    StoredChunk stored;
    stored.bytes.resize(size);
    if (H5Dread_chunk(m_dataset.id(), H5P_DEFAULT, place.data(), &stored.filterMask, stored.bytes.data()) < 0 ||
        (stored.filterMask & ~m_mayBeLeftOut) != 0)
        return {};
    return stored;
}

} // namespace vernier::h5
