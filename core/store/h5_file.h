#pragma once

#include "core/base/job.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

namespace h5 {
class Output;
}

/// Reads and writes one HDF5 file by dataset path ("taps/0/min"); closed on destruction. Groups on the way are created.
/// Numeric datasets are chunked, shuffled, deflated and carry Fletcher-32 checksums, which reading verifies. Only
/// core/store sees this; one thread at a time may use HDF5, which every function here sees to. A file is either being
/// written or being read. The same content gives the same bytes.
class H5File {
public:
    /// Begins a file, which is complete with flush(). Throws Error{Io}; writing throws it too when the disk refuses,
    /// and Cancelled between chunks when the job is to stop.
    static H5File create(const std::filesystem::path& path, const JobContext& job = {});
    /// Throws Error{Io}, or Error{Input} when it is damaged or nothing that Vernier wrote.
    /// Reading a large dataset throws Cancelled when the job is to stop.
    static H5File openRead(const std::filesystem::path& path, const JobContext& job = {});
    H5File(H5File&&) noexcept;
    H5File& operator=(H5File&&) noexcept;
    ~H5File(); ///< flushes, but cannot say when that fails

    using Shape = std::vector<std::uint64_t>;

    /// Makes large datasets written from here on carry the SHA-256 of each chunk's values (kChunkDigests). With an
    /// older file that has them too, chunks of datasets of the same name that hold the same are taken from there as
    /// they are instead of being compressed again; the bytes written are the same either way.
    void recognizeChunks(std::shared_ptr<const H5File> previous);

    // Writing; throws Error{Internal} for a shape that does not fit the values or a name given twice.
    void write(std::string_view dataset, std::span<const float> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const double> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const std::uint8_t> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const std::int32_t> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const std::uint32_t> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const std::int64_t> values, Shape shape = {});
    void write(std::string_view dataset, std::span<const std::uint64_t> values, Shape shape = {});
    /// Writes pieces one behind the other as one dataset [all bytes], without ever having them together in memory.
    void writePieces(std::string_view dataset, std::span<const std::span<const std::uint8_t>> pieces);
    void writePieces(std::string_view dataset, std::span<const std::span<const float>> pieces);
    // Texts are UTF-8 bytes of any length, NUL allowed; attributes are those of the file.
    void writeTexts(std::string_view dataset, std::span<const std::string> texts);
    void writeAttribute(std::string_view name, std::string_view text);

    /// Ends writing and waits until the file is on the disk. Throws Error{Io} when the disk refuses, Cancelled.
    void flush();

    // Reading; throws Error{Input} naming file and dataset when it is missing, of another type or shape, larger than
    // what the file can hold, or fails its checksum.
    bool has(std::string_view dataset) const; ///< a dataset, or a group such as writeTexts makes
    Shape shape(std::string_view dataset) const;
    std::vector<float> readFloats(std::string_view dataset) const;
    std::vector<double> readDoubles(std::string_view dataset) const;
    std::vector<std::uint8_t> readBytes(std::string_view dataset) const;
    std::vector<std::int32_t> readInt32(std::string_view dataset) const;
    std::vector<std::uint32_t> readUint32(std::string_view dataset) const;
    std::vector<std::int64_t> readInt64(std::string_view dataset) const;
    std::vector<std::uint64_t> readUint64(std::string_view dataset) const;
    std::vector<std::string> readTexts(std::string_view dataset) const;
    std::string readAttribute(std::string_view name) const;

    /// Reads every dataset, so that every checksum is verified; throws as reading does, Cancelled between datasets.
    void verify(const JobContext& job) const;

    const std::filesystem::path& path() const { return m_path; }

private:
    H5File(std::filesystem::path path, std::int64_t id);
    bool close();
    template <class T>
    void writePiecesOf(std::string_view dataset, std::span<const std::span<const T>> pieces);
    template <class T>
    void writeValues(std::string_view dataset, std::span<const T> values, Shape shape);
    void writeChunks(std::string_view dataset, std::int64_t type, std::size_t elementSize,
                     std::span<const std::span<const std::byte>> pieces, const Shape& shape);

    std::filesystem::path m_path;
    std::int64_t m_id = -1;
    JobContext m_job;
    // Of a file being written.
    std::unique_ptr<h5::Output> m_output;
    bool m_recognizesChunks = false;
    std::shared_ptr<const H5File> m_previous;
};

} // namespace vernier
