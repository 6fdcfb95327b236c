#include "core/base/error.h"
#include "core/base/job.h"
#include "core/base/sha256.h"
#include "core/store/h5_chunk.h"
#include "core/store/h5_file.h"
#include "core/store/h5_layout.h"
#include "core/store/h5_library.h"
#include "core/store/h5_older.h"
#include "core/store/h5_output.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>
#include <hdf5.h>

namespace vernier {

namespace {

using h5::Handle;

[[noreturn]] void failWriting(const std::filesystem::path& file, std::string_view name) {
    throw Error(ErrorKind::Internal, fmt::format("{}: {}", file.string(), name),
                fmt::format("cannot be written ({})", h5::lastProblem()));
}

Handle datasetCreation(const h5::ChunkGrid& grid) {
    Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(list.id(), false);
    if (grid.chunks() == 0)
        return list; // nothing to store, hence nothing to cut into chunks
    const std::vector<hsize_t> chunk(grid.chunkShape().begin(), grid.chunkShape().end());
    H5Pset_chunk(list.id(), static_cast<int>(chunk.size()), chunk.data());
    if (grid.elementSize() > 1)
        H5Pset_shuffle(list.id());
    H5Pset_deflate(list.id(), 1);
    H5Pset_fletcher32(list.id());
    return list;
}

// Groups are created one by one because those that HDF5 makes on the way record the time.
void createGroups(hid_t file, std::string_view dataset) {
    const Handle list(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    H5Pset_obj_track_times(list.id(), false);
    for (auto slash = dataset.find('/'); slash != std::string_view::npos; slash = dataset.find('/', slash + 1)) {
        const std::string group(dataset.substr(0, slash));
        if (H5Lexists(file, group.c_str(), H5P_DEFAULT) <= 0)
            const Handle made(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Gclose);
    }
}

/// A dataset being written, chunk by chunk; closed under HDF5's lock.
class NewDataset {
public:
    NewDataset(hid_t file, const std::filesystem::path& path, std::string_view name, std::int64_t type,
               const H5File::Shape& shape, const h5::ChunkGrid& grid)
        : m_path(path), m_name(name) {
        const auto held = h5::lock();
        createGroups(file, name);
        const std::vector<hsize_t> extents(shape.begin(), shape.end());
        const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
        const Handle creation = datasetCreation(grid);
        m_dataset = Handle(H5Dcreate2(file, m_name.c_str(), type, space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT),
                           H5Dclose);
        if (!m_dataset.valid())
            failWriting(m_path, m_name);
    }
    ~NewDataset() {
        const auto held = h5::lock();
        m_dataset = {};
    }
    NewDataset(const NewDataset&) = delete;
    NewDataset& operator=(const NewDataset&) = delete;

    void write(const h5::ChunkGrid::Chunk& chunk, const h5::StoredChunk& stored) {
        const std::vector<hsize_t> place(chunk.place.begin(), chunk.place.end());
        const auto held = h5::lock();
        if (H5Dwrite_chunk(m_dataset.id(), H5P_DEFAULT, stored.filterMask, place.data(), stored.bytes.size(),
                           stored.bytes.data()) < 0)
            failWriting(m_path, m_name);
    }

private:
    const std::filesystem::path& m_path;
    std::string m_name;
    Handle m_dataset;
};

// So many are compressed at once, on all processors.
constexpr std::size_t kChunksAtOnce = 8;

/// A chunk on its way into a file.
struct Passing {
    h5::ChunkGrid::Chunk chunk;
    std::vector<std::byte> gathered; ///< where its values do not lie together
    std::span<const std::byte> values;
    Sha256Digest digest{};
    h5::StoredChunk stored; ///< taken from the older file, or empty
};

std::span<const std::byte> gather(std::span<const std::span<const std::byte>> pieces, std::size_t first,
                                  std::size_t count, std::vector<std::byte>& into) {
    for (const auto piece : pieces) {
        if (first >= piece.size()) {
            first -= piece.size();
            continue;
        }
        const auto part = piece.subspan(first, std::min(count, piece.size() - first));
        if (part.size() == count && into.empty())
            return part;
        into.insert(into.end(), part.begin(), part.end());
        count -= part.size();
        first = 0;
        if (count == 0)
            break;
    }
    return into;
}

Sha256Digest digestOf(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.digest();
}

template <class Body>
void forAll(std::vector<Passing>& chunks, Body body) {
    if (chunks.size() == 1)
        return body(chunks.front());
    parallelFor(std::ssize(chunks), [&](Index i) { body(chunks[static_cast<std::size_t>(i)]); });
}

} // namespace

void H5File::writeChunks(std::string_view dataset, std::int64_t type, std::size_t elementSize,
                         std::span<const std::span<const std::byte>> pieces, const Shape& shape) {
    const h5::ChunkGrid grid(shape, elementSize);
    NewDataset made(m_id, m_path, dataset, type, shape, grid);
    // What is small is quicker written again than found again.
    const bool isRecognized = m_recognizesChunks && grid.chunkBytes() >= h5::kWholeChunkBytes;
    std::optional<h5::OlderDataset> older;
    if (isRecognized && m_previous)
        older.emplace(*m_previous, m_previous->m_id, dataset, type, grid);
    std::vector<std::uint8_t> digests;
    for (std::size_t first = 0; first < grid.chunks(); first += kChunksAtOnce) {
        m_job.throwIfCancelled();
        std::vector<Passing> passing(std::min(kChunksAtOnce, grid.chunks() - first));
        for (std::size_t i = 0; i < passing.size(); ++i)
            passing[i].chunk = grid[first + i];
        forAll(passing, [&](Passing& each) {
            each.values = gather(pieces, each.chunk.first * elementSize, each.chunk.count * elementSize, each.gathered);
            if (isRecognized)
                each.digest = digestOf(each.values);
        });
        for (std::size_t i = 0; older && i < passing.size(); ++i)
            passing[i].stored = older->find(first + i, passing[i].chunk, passing[i].digest);
        forAll(passing, [&](Passing& each) {
            m_job.throwIfCancelled(); // a chunk of noise takes some thirty milliseconds
            if (!h5::hasGoodChecksum(each.stored.bytes))
                each.stored = h5::storeChunk(each.values, grid.chunkBytes(), elementSize);
        });
        for (const Passing& each : passing) {
            made.write(each.chunk, each.stored);
            digests.insert(digests.end(), each.digest.begin(), each.digest.end());
        }
        m_output->check();
    }
    if (isRecognized) {
        const auto bytes = std::as_bytes(std::span(digests));
        m_recognizesChunks = false; // the digests have none of their own
        writeChunks(h5::kChunkDigests + std::string(dataset), h5::storedType<std::uint8_t>(), 1, {&bytes, 1},
                    {grid.chunks(), sizeof(Sha256Digest)});
        m_recognizesChunks = true;
    }
}

template <class T>
void H5File::writeValues(std::string_view dataset, std::span<const T> values, Shape shape) {
    static_assert(std::endian::native == std::endian::little, "values go to the file as they stand in memory");
    if (shape.empty())
        shape = {values.size()};
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : shape)
        elements *= extent;
    if (elements != values.size())
        throw Error(ErrorKind::Internal, fmt::format("{}: {}", m_path.string(), dataset),
                    fmt::format("{} values do not fill the shape [{}]", values.size(), fmt::join(shape, ", ")));
    const auto bytes = std::as_bytes(values);
    writeChunks(dataset, h5::storedType<T>(), sizeof(T), {&bytes, 1}, shape);
}

void H5File::write(std::string_view dataset, std::span<const float> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const double> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const std::uint8_t> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const std::int32_t> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const std::uint32_t> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const std::int64_t> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}
void H5File::write(std::string_view dataset, std::span<const std::uint64_t> values, Shape shape) {
    writeValues(dataset, values, std::move(shape));
}

template <class T>
void H5File::writePiecesOf(std::string_view dataset, std::span<const std::span<const T>> pieces) {
    std::uint64_t total = 0;
    std::vector<std::span<const std::byte>> bytes;
    for (const auto piece : pieces) {
        total += piece.size();
        bytes.push_back(std::as_bytes(piece));
    }
    writeChunks(dataset, h5::storedType<T>(), sizeof(T), bytes, {total});
}

void H5File::writePieces(std::string_view dataset, std::span<const std::span<const std::uint8_t>> pieces) {
    writePiecesOf(dataset, pieces);
}
void H5File::writePieces(std::string_view dataset, std::span<const std::span<const float>> pieces) {
    writePiecesOf(dataset, pieces);
}

void H5File::writeTexts(std::string_view dataset, std::span<const std::string> texts) {
    std::vector<std::uint64_t> offsets{0};
    offsets.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        offsets.push_back(offsets.back() + text.size());
    std::vector<std::uint8_t> bytes;
    bytes.reserve(offsets.back());
    for (const std::string& text : texts)
        bytes.insert(bytes.end(), text.begin(), text.end());
    const std::string group(dataset);
    write(group + h5::kTextBytes, bytes);
    write(group + h5::kTextOffsets, offsets);
}

void H5File::writeAttribute(std::string_view name, std::string_view text) {
    // HDF5 pads attributes with NUL and refuses those beyond 64 KB; a text of such a kind becomes a dataset.
    if (text.size() > h5::kAttributeLimit || text.find('\0') != std::string_view::npos)
        return write(std::string(h5::kAttributeGroup) + std::string(name),
                     std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    const auto held = h5::lock();
    const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), std::max<std::size_t>(1, text.size()));
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Handle made(H5Acreate2(m_id, std::string(name).c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
                      H5Aclose);
    const std::string padded = text.empty() ? std::string(1, '\0') : std::string(text);
    if (!made.valid() || H5Awrite(made.id(), type.id(), padded.data()) < 0)
        failWriting(m_path, name);
}

} // namespace vernier
