#include "core/base/unnamed_file.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kMode = 0644;

} // namespace

UnnamedFile::UnnamedFile(const fs::path& folder) : m_folder(folder) {
    m_file = Descriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
    if (m_file.get() >= 0)
        return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        throw ioError(folder.string(), "takes no file", errno);
    m_temporary = temporarySibling(folder / "unnamed");
    m_file = Descriptor(m_temporary, O_RDWR | O_CREAT | O_EXCL, kMode);
}

UnnamedFile::UnnamedFile(UnnamedFile&& other) noexcept
    : m_folder(std::move(other.m_folder)), m_temporary(std::exchange(other.m_temporary, {})),
      m_file(std::move(other.m_file)) {}

UnnamedFile& UnnamedFile::operator=(UnnamedFile&& other) noexcept {
    std::swap(m_folder, other.m_folder);
    std::swap(m_temporary, other.m_temporary);
    std::swap(m_file, other.m_file);
    return *this;
}

UnnamedFile::~UnnamedFile() {
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

void UnnamedFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    writeAt(m_file, offset, bytes, m_folder);
    // Only a hint: a system that cannot begin now writes when it is flushed.
    ::sync_file_range(m_file.get(), static_cast<off64_t>(offset), static_cast<off64_t>(bytes.size()),
                      SYNC_FILE_RANGE_WRITE);
}

void UnnamedFile::reserve(std::uint64_t bytes) {
    if (const int refusal = ::posix_fallocate(m_file.get(), 0, static_cast<off_t>(bytes)))
        throw ioError(m_folder.string(), fmt::format("has no room for {} bytes", bytes), refusal);
}

void UnnamedFile::read(std::uint64_t offset, std::span<std::byte> out) const {
    readAt(m_file, offset, out, m_folder);
}

void UnnamedFile::prefetch(std::uint64_t offset, std::uint64_t length) const {
    ::posix_fadvise(m_file.get(), static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED);
}

void UnnamedFile::publish(const fs::path& path, const JobContext& job) {
    flushToDisk(m_file, m_folder, job);
    if (m_temporary.empty()) {
        // A link cannot replace a file, a rename can: hence first a name that is free.
        const fs::path free = temporarySibling(path);
        const std::string self = fmt::format("/proc/self/fd/{}", m_file.get());
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, free.c_str(), AT_SYMLINK_FOLLOW) != 0)
            throw ioError(path.string(), "cannot be created", errno);
        m_temporary = free;
    }
    if (::rename(m_temporary.c_str(), path.c_str()) != 0)
        throw ioError(path.string(), "cannot be replaced", errno);
    m_temporary.clear();
    flushFolderToDisk(path.parent_path());
}

} // namespace vernier
