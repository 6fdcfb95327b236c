#include "core/base/descriptor.h"

#include "core/base/error.h"
#include "core/base/job.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

Descriptor::Descriptor(const fs::path& path, int flags, mode_t mode)
    : m_fd(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
    if (m_fd < 0)
        throw ioError(path.string(), "cannot be opened", errno);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
}

Descriptor::~Descriptor() {
    if (m_fd >= 0)
        ::close(m_fd);
}

void readAt(const Descriptor& file, std::uint64_t offset, std::span<std::byte> out, const fs::path& path) {
    while (!out.empty()) {
        const ssize_t n = ::pread(file.get(), out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            throw ioError(path.string(), "cannot be read", errno);
        if (n == 0)
            throw Error(ErrorKind::Input, path.string(), fmt::format("ends at byte {}, too early", offset),
                        "it was truncated; use another copy of the file");
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void writeAt(const Descriptor& file, std::uint64_t offset, std::span<const std::byte> bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            throw ioError(path.string(), "cannot be written", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void flushToDisk(const Descriptor& file, const fs::path& path) {
    if (::fsync(file.get()) != 0 && errno != EINVAL)
        throw ioError(path.string(), "cannot be flushed to the disk", errno);
}

void flushToDisk(const Descriptor& file, const fs::path& path, const JobContext& job) {
    constexpr off_t kPiece = off_t{4} << 20;
    constexpr unsigned kAndWait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    struct stat status {};
    const off_t size = ::fstat(file.get(), &status) == 0 ? status.st_size : 0;
    // What this does not achieve, or fails to, is left to fsync.
    for (off_t at = 0; at < size; at += kPiece) {
        job.throwIfCancelled();
        if (::sync_file_range(file.get(), at, std::min(kPiece, size - at), kAndWait) != 0)
            break;
    }
    flushToDisk(file, path);
}

void flushFolderToDisk(const fs::path& folder) {
    const fs::path named = folder.empty() ? fs::path(".") : folder;
    flushToDisk(Descriptor(named, O_RDONLY | O_DIRECTORY), named);
}

fs::path temporarySibling(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    return path.parent_path() / fmt::format(".{}.{}-{}.tmp", path.filename().string(), ::getpid(), counter++);
}

} // namespace vernier
