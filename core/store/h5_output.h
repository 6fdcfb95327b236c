#pragma once

#include "core/base/descriptor.h"
#include "core/store/h5_library.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace vernier::h5 {

/// Is the file on the disk that HDF5 writes through a driver of ours. HDF5 never hears that the disk refused: a file
/// whose disk is full cannot be closed in HDF5, and its memory would be lost. What was refused is kept in memory, so
/// that HDF5 finds what it has written, and check() says so to whoever writes.
class Output {
public:
    /// Creates the file on the disk. Throws Error{Io}.
    explicit Output(const std::filesystem::path& path);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Begins an HDF5 file in it, which must be closed while this lives; not valid when memory is short.
    Handle begin();

    /// Throws Error{Io} once the disk has refused something.
    void check() const;

    /// Waits until the file is on the disk. Throws Error{Io}, Cancelled.
    void waitForDisk(const JobContext& job) const { flushToDisk(m_file, m_path, job); }

    // What the driver asks for; these throw nothing but std::bad_alloc.
    void read(std::uint64_t at, std::span<std::byte> bytes) const;
    void write(std::uint64_t at, std::span<const std::byte> bytes);
    void resize(std::uint64_t bytes);
    std::uint64_t size() const { return m_size; }

private:
    struct Refused {
        std::uint64_t at;
        std::vector<std::byte> bytes;
    };

    std::filesystem::path m_path;
    Descriptor m_file;
    std::uint64_t m_size = 0;
    std::uint64_t m_sentToDisk = 0; ///< the system has been told to write so much
    int m_errorNumber = 0;          ///< of the first refusal
    std::vector<Refused> m_refused;
};

} // namespace vernier::h5
