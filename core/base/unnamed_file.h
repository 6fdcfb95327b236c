#pragma once

#include "core/base/descriptor.h"
#include "core/base/job.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace vernier {

/// Is a file without a name: it vanishes with this object, also when the process is killed, unless publish() gives it
/// a name. Where the file system cannot do that (O_TMPFILE), it has the name of a temporary file, which a killed
/// process leaves behind. Movable.
class UnnamedFile {
public:
    /// Throws Error{Io} naming the folder, which must exist.
    explicit UnnamedFile(const std::filesystem::path& folder);
    UnnamedFile(UnnamedFile&& other) noexcept;
    UnnamedFile& operator=(UnnamedFile&& other) noexcept;
    ~UnnamedFile();

    /// Writes at an offset and asks the system to begin bringing it to the disk, so that flushing later finds little
    /// left to do. Throws Error{Io} naming the folder when the disk is full or refuses.
    void write(std::uint64_t offset, std::span<const std::byte> bytes);

    /// Makes the file so long, and takes the disk space for that. Throws Error{Io} naming the folder when the disk is
    /// full.
    void reserve(std::uint64_t bytes);

    /// To map the file; it stays this object's.
    int descriptor() const { return m_file.get(); }

    /// Reads what was written. Throws Error{Io}, Error{Input} when the file ends before.
    void read(std::uint64_t offset, std::span<std::byte> out) const;

    /// Tells the system that these bytes are wanted soon.
    void prefetch(std::uint64_t offset, std::uint64_t length) const;

    /// Flushes the file and gives it a name in its folder, in place of a file that has it: after a crash the name
    /// stands for the old file or for the whole new one. Throws Cancelled, as if it had not been called. May be called
    /// once; reading and writing go on as before.
    void publish(const std::filesystem::path& path, const JobContext& job = {});

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_temporary; ///< the name to be removed; empty when there is none
    Descriptor m_file;
};

} // namespace vernier
