#include "core/base/error.h"
#include "core/store/h5_chunk.h"
#include "core/store/h5_file.h"
#include "core/store/h5_layout.h"
#include "core/store/h5_library.h"

#include <algorithm>
#include <limits>
#include <new>
#include <span>
#include <system_error>

#include <fmt/format.h>
#include <hdf5.h>

namespace vernier {

namespace {

using h5::Handle;

// A declared size is believed up to what deflate can reach (1032 to 1) with room to spare, and never beyond this.
constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 30;
constexpr std::uint64_t kMostExpansion = 2000;
constexpr std::uint64_t kMostChunkBytes = std::uint64_t{64} << 20;
constexpr int kMostDimensions = 8;

[[noreturn]] void failReading(const std::filesystem::path& file, std::string_view name, std::string problem) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}", file.string(), name), std::move(problem),
                "the file is damaged or not one of Vernier's; use another copy");
}

// Only what lies in the file itself: soft and external links could lead anywhere.
bool isReachable(hid_t file, const std::string& name) {
    for (auto slash = name.find('/');; slash = name.find('/', slash + 1)) {
        const std::string part = name.substr(0, slash);
        H5L_info_t link{};
        if (part.empty() || H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0 ||
            H5Lget_info(file, part.c_str(), &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
            return false;
        if (slash == std::string::npos)
            return true;
    }
}

Handle openDataset(hid_t file, const std::filesystem::path& path, std::string_view name) {
    const std::string text(name);
    if (!isReachable(file, text))
        failReading(path, name, "is missing");
    Handle dataset(H5Dopen2(file, text.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset.valid())
        failReading(path, name, fmt::format("is not a readable dataset ({})", h5::lastProblem()));
    return dataset;
}

H5File::Shape shapeOf(const Handle& dataset, const std::filesystem::path& path, std::string_view name) {
    const Handle space(H5Dget_space(dataset.id()), H5Sclose);
    const int dimensions = H5Sget_simple_extent_ndims(space.id());
    if (H5Sget_simple_extent_type(space.id()) != H5S_SIMPLE || dimensions < 1 || dimensions > kMostDimensions)
        failReading(path, name, "is not an array");
    std::vector<hsize_t> extents(static_cast<std::size_t>(dimensions));
    if (H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr) < 0)
        failReading(path, name, "has no readable shape");
    return {extents.begin(), extents.end()};
}

std::uint64_t bytesOf(const H5File::Shape& shape, std::size_t elementSize) {
    std::uint64_t bytes = elementSize;
    for (const std::uint64_t extent : shape)
        if (__builtin_mul_overflow(bytes, extent, &bytes))
            return std::numeric_limits<std::uint64_t>::max();
    return bytes;
}

// Whether the values lie in chunks of a sane size, each under a checksum; nothing else is written here, and other
// layouts (external files, virtual datasets) and filters are ways into other files and foreign code.
bool isCheckedLayout(const Handle& dataset, std::size_t elementSize) {
    const Handle creation(H5Dget_create_plist(dataset.id()), H5Pclose);
    if (H5Pget_layout(creation.id()) != H5D_CHUNKED)
        return false;
    hsize_t extents[kMostDimensions + 1];
    const int dimensions = H5Pget_chunk(creation.id(), kMostDimensions + 1, extents);
    if (dimensions < 1 || dimensions > kMostDimensions ||
        bytesOf({extents, extents + dimensions}, elementSize) > kMostChunkBytes)
        return false;
    bool hasChecksum = false;
    const int filters = H5Pget_nfilters(creation.id());
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(creation.id(), static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32)
            return false;
        hasChecksum |= filter == H5Z_FILTER_FLETCHER32;
    }
    return hasChecksum;
}

template <class T>
std::vector<T> roomFor(std::uint64_t bytes, const std::filesystem::path& path, std::string_view name) {
    try {
        return std::vector<T>(bytes / sizeof(T));
    } catch (const std::bad_alloc&) {
        // Not the file's fault: nothing that a cache should remove.
        throw Error(ErrorKind::Io, fmt::format("{}: {}", path.string(), name),
                    fmt::format("needs {} bytes of memory", bytes), "close other programs and try again");
    }
}

// Values read between two looks at the job.
constexpr std::size_t kChunksAtOnce = 8;

/// Whether the chunks are those that Vernier cuts, so that they can be read one after the other; those of other
/// programs may lie across.
bool isCutAs(const Handle& dataset, const h5::ChunkGrid& grid) {
    const Handle creation(H5Dget_create_plist(dataset.id()), H5Pclose);
    std::vector<hsize_t> chunk(grid.chunkShape().size());
    return H5Pget_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()) == std::ssize(chunk) &&
           std::ranges::equal(chunk, grid.chunkShape());
}

/// Reads a part that lies together in memory; false when HDF5 refuses.
template <class T>
bool readPart(const Handle& dataset, const H5File::Shape& shape, const h5::ChunkGrid& grid,
              const h5::ChunkGrid::Chunk& chunk, std::span<T> into) {
    std::vector<hsize_t> place(chunk.place.begin(), chunk.place.end()), extent;
    for (std::size_t d = 0; d < shape.size(); ++d)
        extent.push_back(std::min<hsize_t>(grid.chunkShape()[d], shape[d] - place[d]));
    const hsize_t count = into.size();
    const Handle memory(H5Screate_simple(1, &count, nullptr), H5Sclose), part(H5Dget_space(dataset.id()), H5Sclose);
    return H5Sselect_hyperslab(part.id(), H5S_SELECT_SET, place.data(), nullptr, extent.data(), nullptr) >= 0 &&
           H5Dread(dataset.id(), h5::memoryType<T>(), memory.id(), part.id(), H5P_DEFAULT, into.data()) >= 0;
}

template <class T>
std::vector<T> readValues(hid_t file, const std::filesystem::path& path, std::string_view name, const JobContext& job) {
    const auto held = h5::lock();
    const Handle dataset = openDataset(file, path, name);
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    if (H5Tequal(type.id(), h5::storedType<T>()) <= 0)
        failReading(path, name, "holds values of another type");
    const H5File::Shape shape = shapeOf(dataset, path, name);
    const std::uint64_t bytes = bytesOf(shape, sizeof(T));
    if (bytes == 0)
        return {};
    if (!isCheckedLayout(dataset, sizeof(T)))
        failReading(path, name, "is not stored in chunks with checksums");
    std::error_code ignored;
    const auto fileBytes = static_cast<std::uint64_t>(std::filesystem::file_size(path, ignored));
    const std::uint64_t stored = H5Dget_storage_size(dataset.id());
    if (bytes > kMostBytes || stored == 0 || stored > fileBytes || bytes / kMostExpansion > stored)
        failReading(path, name, fmt::format("claims {} bytes of which {} are stored", bytes, stored));
    auto values = roomFor<T>(bytes, path, name);
    const h5::ChunkGrid grid(shape, sizeof(T));
    bool isRead = true;
    if (grid.chunks() > kChunksAtOnce && isCutAs(dataset, grid)) {
        for (std::size_t i = 0; isRead && i < grid.chunks(); ++i) {
            if (i % kChunksAtOnce == 0)
                job.throwIfCancelled();
            const auto chunk = grid[i];
            isRead = readPart(dataset, shape, grid, chunk, std::span(values).subspan(chunk.first, chunk.count));
        }
    } else {
        isRead = H5Dread(dataset.id(), h5::memoryType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
    }
    if (!isRead)
        failReading(path, name, fmt::format("cannot be read ({})", h5::lastProblem()));
    return values;
}

/// Names of all datasets, groups within groups as paths.
std::vector<std::string> datasetNames(hid_t file, const std::filesystem::path& path) {
    const auto held = h5::lock();
    std::vector<std::string> names;
    // Generic, because versions of HDF5 pass different descriptions of the object.
    const auto collect = [](hid_t, const char* name, const auto* object, void* all) -> herr_t {
        if (object->type == H5O_TYPE_DATASET)
            static_cast<std::vector<std::string>*>(all)->emplace_back(name);
        return 0;
    };
    if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, collect, &names, H5O_INFO_BASIC) < 0)
        failReading(path, "/", fmt::format("cannot be walked ({})", h5::lastProblem()));
    return names;
}

/// Reads a dataset if its values are of type T.
template <class T>
bool verifyAs(hid_t file, const std::filesystem::path& path, const std::string& name, const JobContext& job) {
    const auto held = h5::lock();
    const Handle dataset = openDataset(file, path, name);
    const Handle type(H5Dget_type(dataset.id()), H5Tclose);
    if (H5Tequal(type.id(), h5::storedType<T>()) <= 0)
        return false;
    readValues<T>(file, path, name, job);
    return true;
}

template <class... T>
bool verifyAsOneOf(hid_t file, const std::filesystem::path& path, const std::string& name, const JobContext& job) {
    return (verifyAs<T>(file, path, name, job) || ...);
}

} // namespace

void H5File::verify(const JobContext& job) const {
    for (const std::string& name : datasetNames(m_id, m_path)) {
        job.throwIfCancelled();
        if (!verifyAsOneOf<float, double, std::uint8_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>(
                m_id, m_path, name, job))
            failReading(m_path, name, "holds values of a type that Vernier does not write");
    }
}

bool H5File::has(std::string_view dataset) const {
    const auto held = h5::lock();
    return isReachable(m_id, std::string(dataset));
}

H5File::Shape H5File::shape(std::string_view dataset) const {
    const auto held = h5::lock();
    return shapeOf(openDataset(m_id, m_path, dataset), m_path, dataset);
}

std::vector<float> H5File::readFloats(std::string_view dataset) const {
    return readValues<float>(m_id, m_path, dataset, m_job);
}
std::vector<double> H5File::readDoubles(std::string_view dataset) const {
    return readValues<double>(m_id, m_path, dataset, m_job);
}
std::vector<std::uint8_t> H5File::readBytes(std::string_view dataset) const {
    return readValues<std::uint8_t>(m_id, m_path, dataset, m_job);
}
std::vector<std::int32_t> H5File::readInt32(std::string_view dataset) const {
    return readValues<std::int32_t>(m_id, m_path, dataset, m_job);
}
std::vector<std::uint32_t> H5File::readUint32(std::string_view dataset) const {
    return readValues<std::uint32_t>(m_id, m_path, dataset, m_job);
}
std::vector<std::int64_t> H5File::readInt64(std::string_view dataset) const {
    return readValues<std::int64_t>(m_id, m_path, dataset, m_job);
}
std::vector<std::uint64_t> H5File::readUint64(std::string_view dataset) const {
    return readValues<std::uint64_t>(m_id, m_path, dataset, m_job);
}

std::vector<std::string> H5File::readTexts(std::string_view dataset) const {
    const std::string group(dataset);
    const auto bytes = readBytes(group + h5::kTextBytes);
    const auto offsets = readUint64(group + h5::kTextOffsets);
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != bytes.size() ||
        !std::is_sorted(offsets.begin(), offsets.end()))
        failReading(m_path, group + h5::kTextOffsets, fmt::format("does not divide {} bytes into texts", bytes.size()));
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    std::vector<std::string> texts;
    texts.reserve(offsets.size() - 1);
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
        texts.emplace_back(text + offsets[i], offsets[i + 1] - offsets[i]);
    return texts;
}

std::string H5File::readAttribute(std::string_view name) const {
    const auto held = h5::lock();
    const std::string text(name);
    if (const std::string dataset = h5::kAttributeGroup + text; isReachable(m_id, dataset)) {
        const auto bytes = readBytes(dataset);
        return {bytes.begin(), bytes.end()};
    }
    if (H5Aexists(m_id, text.c_str()) <= 0)
        failReading(m_path, name, "is missing");
    const Handle attribute(H5Aopen(m_id, text.c_str(), H5P_DEFAULT), H5Aclose);
    const Handle type(H5Aget_type(attribute.id()), H5Tclose);
    const Handle space(H5Aget_space(attribute.id()), H5Sclose);
    if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) != 0 ||
        H5Sget_simple_extent_type(space.id()) != H5S_SCALAR)
        failReading(m_path, name, "is not an attribute of one text");
    const std::size_t size = H5Tget_size(type.id());
    if (size == 0 || size > std::numeric_limits<std::uint16_t>::max())
        failReading(m_path, name, fmt::format("claims {} bytes", size));
    std::string value(size, '\0');
    if (H5Aread(attribute.id(), type.id(), value.data()) < 0)
        failReading(m_path, name, fmt::format("cannot be read ({})", h5::lastProblem()));
    value.resize(value.find_last_not_of('\0') + 1);
    return value;
}

} // namespace vernier
