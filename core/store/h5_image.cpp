#include "core/store/h5_image.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <hdf5.h>

namespace vernier::h5 {

namespace {

constexpr std::size_t kGrowth = std::size_t{1} << 20;

// Where a superblock of version 2 or 3 says how long the file is (HDF5 File Format Specification 3.0, II.A).
constexpr std::size_t kEndOfFileField = 28;

Handle fileCreation() {
    Handle list(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    // Without times the same content gives the same bytes.
    H5Pset_obj_track_times(list.id(), false);
    return list;
}

} // namespace

// HDF5 keeps the image where these functions say, and hands it back when it closes the file.
struct Image::Callbacks {
    static Image& image(void* data) { return *static_cast<Image*>(data); }

    static void* resize(void* data, std::size_t size, H5FD_file_image_op_t, void* user) {
        void* moved = std::realloc(data, size);
        if (moved) {
            image(user).m_data = static_cast<std::byte*>(moved);
            image(user).m_size = size;
        }
        return moved;
    }
    static void* allocate(std::size_t size, H5FD_file_image_op_t operation, void* user) {
        return resize(nullptr, size, operation, user);
    }
    static void* copy(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
        return std::memcpy(to, from, size);
    }
    static herr_t release(void*, H5FD_file_image_op_t, void*) { return 0; } // the image outlives HDF5's file
    static void* copyUser(void* user) { return user; }
    static herr_t releaseUser(void*) { return 0; }
};

Image::Image(const std::filesystem::path& path)
    : m_path(path), m_descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (m_descriptor < 0)
        throw ioError(path.string(), "cannot be created", errno);
}

Image::~Image() {
    std::free(m_data);
    ::close(m_descriptor);
}

Handle Image::begin() {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // The formats of 1.10 carry a checksum in every piece of metadata; those before carry none.
    H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110);
    H5Pset_fapl_core(access.id(), kGrowth, false);
    H5FD_file_image_callbacks_t callbacks{Callbacks::allocate,
                                          Callbacks::copy,
                                          Callbacks::resize,
                                          Callbacks::release,
                                          Callbacks::copyUser,
                                          Callbacks::releaseUser,
                                          this};
    H5Pset_file_image_callbacks(access.id(), &callbacks);
    // The name is never opened; two images of one process only need two of them.
    return Handle(H5Fcreate(m_path.c_str(), H5F_ACC_TRUNC, fileCreation().id(), access.id()), H5Fclose);
}

void Image::writeOut() {
    std::uint64_t length = 0;
    for (std::size_t i = 8; m_size > kEndOfFileField + 8 && i-- > 0;)
        length = length << 8 | std::to_integer<std::uint64_t>(m_data[kEndOfFileField + i]);
    if (length == 0 || length > m_size)
        throw Error(ErrorKind::Internal, m_path.string(), "has no complete HDF5 image");
    for (std::size_t at = 0; at < length;) {
        const ssize_t written = ::write(m_descriptor, m_data + at, static_cast<std::size_t>(length) - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            throw ioError(m_path.string(), "cannot be written", errno);
        at += static_cast<std::size_t>(written);
    }
}

} // namespace vernier::h5
