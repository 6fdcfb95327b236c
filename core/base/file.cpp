#include "core/base/file.h"

#include "core/base/descriptor.h"
#include "core/base/error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

std::size_t regularSize(const Descriptor& file, const fs::path& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        throw ioError(path.string(), "cannot be examined", errno);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorKind::Input, path.string(), "is not a regular file", "name a file");
    return static_cast<std::size_t>(status.st_size);
}

} // namespace

MappedFile::MappedFile(const fs::path& path) : m_path(path) {
    const Descriptor file(path, O_RDONLY);
    m_size = regularSize(file, path);
    if (m_size == 0)
        return;
    void* data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (data == MAP_FAILED)
        throw ioError(path.string(), "cannot be mapped", errno);
    m_data = static_cast<const std::byte*>(data);
}

MappedFile::MappedFile(MappedFile&& other) noexcept {
    *this = std::move(other);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    std::swap(m_path, other.m_path);
    return *this;
}

MappedFile::~MappedFile() {
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

std::string readFile(const fs::path& path, std::uint64_t limit) {
    const Descriptor file(path, O_RDONLY);
    const std::size_t size = regularSize(file, path);
    if (size > limit)
        throw Error(ErrorKind::Input, path.string(), fmt::format("has {} bytes, more than the {} allowed", size, limit),
                    "check that it is the right file");
    std::string content(size, '\0');
    std::size_t at = 0;
    while (at < size) {
        const ssize_t n = ::read(file.get(), content.data() + at, size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            throw ioError(path.string(), "cannot be read", errno);
        if (n == 0)
            break;
        at += static_cast<std::size_t>(n);
    }
    content.resize(at);
    return content;
}

void replaceFile(const fs::path& path, const std::function<void(const fs::path&)>& write) {
    const fs::path temporary = temporarySibling(path);
    try {
        write(temporary);
        flushToDisk(Descriptor(temporary, O_RDONLY), temporary);
        if (::rename(temporary.c_str(), path.c_str()) != 0)
            throw ioError(path.string(), "cannot be replaced", errno);
        flushFolderToDisk(path.parent_path());
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
}

void writeFile(const fs::path& path, std::string_view content) {
    replaceFile(path, [&](const fs::path& temporary) {
        const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        writeAt(file, 0, std::as_bytes(std::span(content)), path);
    });
}

void createFolders(const fs::path& folder) {
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure)
        throw ioError(folder.string(), "cannot be created", failure.value());
}

} // namespace vernier
