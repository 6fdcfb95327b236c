#pragma once

#include "core/store/h5_library.h"

#include <cstddef>
#include <filesystem>

namespace vernier::h5 {

/// Is the memory image of a file being written, and the open file on the disk it goes to in the end. HDF5 itself writes
/// to memory only: a file whose disk is full cannot be closed in HDF5, its descriptor and buffers would be lost.
class Image {
public:
    /// Creates the file on the disk. Throws Error{Io}.
    explicit Image(const std::filesystem::path& path);
    ~Image();
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    /// Begins an HDF5 file in this image; not valid when memory is short.
    Handle begin();

    /// Writes the image, complete once the handle of begin() is closed, to the disk. Throws Error{Io}.
    void writeOut();

private:
    struct Callbacks;

    std::filesystem::path m_path;
    int m_descriptor = -1;
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace vernier::h5
