#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <sys/types.h>

namespace vernier {

class JobContext;

/// Owns a POSIX file descriptor. Movable, closed on destruction.
class Descriptor {
public:
    Descriptor() = default;
    /// Throws Error{Io} naming the file when it cannot be opened.
    Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0);
    /// Takes over an open descriptor.
    explicit Descriptor(int opened) : m_fd(opened) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const { return m_fd; }

private:
    int m_fd = -1;
};

/// Fills out from the file's bytes at offset. Throws Error{Io} naming path when the system refuses, Error{Input} when
/// the file ends before.
void readAt(const Descriptor& file, std::uint64_t offset, std::span<std::byte> out, const std::filesystem::path& path);

/// Writes bytes at offset. Throws Error{Io} naming path.
void writeAt(const Descriptor& file, std::uint64_t offset, std::span<const std::byte> bytes,
             const std::filesystem::path& path);

/// Waits until what was written to a file, or the names in a folder, are on the disk. Throws Error{Io}.
void flushToDisk(const Descriptor& file, const std::filesystem::path& path);
/// The same for a large file, looking at the job between pieces, for the disk may be busy. Throws Cancelled.
void flushToDisk(const Descriptor& file, const std::filesystem::path& path, const JobContext& job);
void flushFolderToDisk(const std::filesystem::path& folder);

/// A name beside path that no other writer, in this process or another, uses: ".NAME.PROCESS-COUNT.tmp".
std::filesystem::path temporarySibling(const std::filesystem::path& path);

} // namespace vernier
