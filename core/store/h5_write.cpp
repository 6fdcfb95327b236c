#include "core/base/error.h"
#include "core/base/job.h"
#include "core/store/h5_file.h"
#include "core/store/h5_layout.h"
#include "core/store/h5_library.h"

#include <algorithm>

#include <fmt/format.h>
#include <hdf5.h>

namespace vernier {

namespace {

using h5::Handle;

constexpr std::uint64_t kChunkBytes = 1 << 20;

[[noreturn]] void failWriting(const std::filesystem::path& file, std::string_view name) {
    throw Error(ErrorKind::Internal, fmt::format("{}: {}", file.string(), name),
                fmt::format("cannot be written ({})", h5::lastProblem()));
}

std::vector<hsize_t> chunkOf(const H5File::Shape& shape, std::size_t elementSize) {
    std::vector<hsize_t> chunk(shape.begin(), shape.end());
    std::uint64_t room = std::max<std::uint64_t>(1, kChunkBytes / elementSize);
    for (auto extent = chunk.rbegin(); extent != chunk.rend(); ++extent) {
        *extent = std::min<hsize_t>(*extent, room);
        room = std::max<std::uint64_t>(1, room / *extent);
    }
    return chunk;
}

Handle datasetCreation(const H5File::Shape& shape, std::size_t elementSize) {
    Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(list.id(), false);
    if (std::find(shape.begin(), shape.end(), 0u) != shape.end())
        return list; // nothing to store, hence nothing to cut into chunks
    const auto chunk = chunkOf(shape, elementSize);
    H5Pset_chunk(list.id(), static_cast<int>(chunk.size()), chunk.data());
    if (elementSize > 1)
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

template <class T>
Handle createDataset(hid_t file, const std::filesystem::path& path, std::string_view dataset,
                     const H5File::Shape& shape) {
    createGroups(file, dataset);
    const std::vector<hsize_t> extents(shape.begin(), shape.end());
    const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
    const Handle creation = datasetCreation(shape, sizeof(T));
    Handle made(H5Dcreate2(file, std::string(dataset).c_str(), h5::storedType<T>(), space.id(), H5P_DEFAULT,
                           creation.id(), H5P_DEFAULT),
                H5Dclose);
    if (!made.valid())
        failWriting(path, dataset);
    return made;
}

template <class T>
void writeSlice(const Handle& dataset, std::uint64_t first, std::span<const T> values,
                const std::filesystem::path& path, std::string_view name) {
    const hsize_t start = first, count = values.size();
    const Handle memory(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Handle target(H5Dget_space(dataset.id()), H5Sclose);
    if (H5Sselect_hyperslab(target.id(), H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0 ||
        H5Dwrite(dataset.id(), h5::memoryType<T>(), memory.id(), target.id(), H5P_DEFAULT, values.data()) < 0)
        failWriting(path, name);
}

template <class T>
void writeValues(hid_t file, const std::filesystem::path& path, std::string_view dataset, std::span<const T> values,
                 H5File::Shape shape, const JobContext& job) {
    if (shape.empty())
        shape = {values.size()};
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : shape)
        elements *= extent;
    if (elements != values.size())
        throw Error(ErrorKind::Internal, fmt::format("{}: {}", path.string(), dataset),
                    fmt::format("{} values do not fill the shape [{}]", values.size(), fmt::join(shape, ", ")));
    const auto held = h5::lock();
    const Handle made = createDataset<T>(file, path, dataset, shape);
    if (shape.size() == 1) {
        // Chunk by chunk, for compressing a large Gram takes seconds.
        constexpr std::size_t kChunk = kChunkBytes / sizeof(T);
        for (std::size_t first = 0; first < values.size(); first += kChunk) {
            job.throwIfCancelled();
            writeSlice(made, first, values.subspan(first, std::min(kChunk, values.size() - first)), path, dataset);
        }
        return;
    }
    if (!values.empty() && H5Dwrite(made.id(), h5::memoryType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        failWriting(path, dataset);
}

} // namespace

void H5File::write(std::string_view dataset, std::span<const float> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const double> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const std::uint8_t> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const std::int32_t> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const std::uint32_t> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const std::int64_t> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}
void H5File::write(std::string_view dataset, std::span<const std::uint64_t> values, Shape shape) {
    writeValues(m_id, m_path, dataset, values, std::move(shape), m_job);
}

void H5File::writePieces(std::string_view dataset, std::span<const std::span<const std::uint8_t>> pieces) {
    std::uint64_t total = 0;
    for (const auto piece : pieces)
        total += piece.size();
    const auto held = h5::lock();
    const Handle made = createDataset<std::uint8_t>(m_id, m_path, dataset, {total});
    // Whole chunks, whatever the pieces are: a chunk written twice would be compressed twice and move in the file.
    std::vector<std::uint8_t> chunk;
    chunk.reserve(kChunkBytes);
    std::uint64_t written = 0;
    for (auto piece : pieces)
        while (!piece.empty()) {
            const std::size_t count = std::min<std::size_t>(piece.size(), kChunkBytes - chunk.size());
            chunk.insert(chunk.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
            piece = piece.subspan(count);
            if (chunk.size() < kChunkBytes && written + chunk.size() < total)
                continue;
            writeSlice<std::uint8_t>(made, written, chunk, m_path, dataset);
            written += chunk.size();
            chunk.clear();
        }
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
