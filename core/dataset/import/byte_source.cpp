#include "core/dataset/import/byte_source.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

class FileSource final : public ByteSource {
public:
    explicit FileSource(const fs::path& path)
        : m_path(path.string()), m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        if (m_file < 0)
            throw ioError(m_path, "cannot be opened", errno);
    }
    ~FileSource() override { ::close(m_file); }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    std::uint64_t size() const {
        struct stat status {};
        if (::fstat(m_file, &status) != 0)
            throw ioError(m_path, "cannot be examined", errno);
        if (!S_ISREG(status.st_mode))
            throw Error(ErrorKind::Input, m_path, "is not a regular file", "name a file");
        return static_cast<std::uint64_t>(status.st_size);
    }

    std::size_t read(std::span<char> into) override {
        ssize_t count = 0;
        do
            count = ::read(m_file, into.data(), into.size());
        while (count < 0 && errno == EINTR);
        if (count < 0)
            throw ioError(m_path, "cannot be read", errno);
        m_position += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
    }
    std::uint64_t position() const override { return m_position; }

private:
    std::string m_path;
    int m_file;
    std::uint64_t m_position = 0;
};

class MemorySource final : public ByteSource {
public:
    explicit MemorySource(std::string_view bytes) : m_bytes(bytes) {}
    std::size_t read(std::span<char> into) override {
        const std::size_t count = m_bytes.copy(into.data(), into.size(), m_position);
        m_position += count;
        return count;
    }
    std::uint64_t position() const override { return m_position; }

private:
    std::string_view m_bytes;
    std::size_t m_position = 0;
};

} // namespace

RawSource openRaw(const fs::path& path) {
    auto file = std::make_unique<FileSource>(path);
    const std::uint64_t size = file->size();
    return {std::move(file), size};
}

RawSource openRaw(std::string_view bytes) {
    return {std::make_unique<MemorySource>(bytes), bytes.size()};
}

} // namespace vernier
