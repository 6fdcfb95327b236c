#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace vernier {

/// Maps a whole file read-only into memory; pages are read when touched. Movable, unmapped on destruction.
class MappedFile {
public:
    MappedFile() = default;
    /// Throws Error{Io} when the file cannot be opened, Error{Input} when it is not a regular file.
    explicit MappedFile(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const noexcept { return {m_data, m_size}; }
    const std::filesystem::path& path() const noexcept { return m_path; }

private:
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
    std::filesystem::path m_path;
};

/// Reads a whole file as bytes. Throws Error{Io}, or Error{Input} when it is larger than limit bytes.
std::string readFile(const std::filesystem::path& path, std::uint64_t limit);

/// Replaces path by what write() puts at the temporary path it is given, a sibling of path: flushed to the disk, then
/// renamed, so that path holds the old content or the new one and never half of it. Whatever write() throws leaves path
/// alone and removes the temporary file.
void replaceFile(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// replaceFile with content.
void writeFile(const std::filesystem::path& path, std::string_view content);

/// Creates the folder and its parents. Throws Error{Io} naming the folder.
void createFolders(const std::filesystem::path& folder);

} // namespace vernier
