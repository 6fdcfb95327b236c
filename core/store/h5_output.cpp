#include "core/store/h5_output.h"

#include "core/base/error.h"
#include "core/store/h5_driver.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <hdf5.h>

namespace vernier::h5 {

namespace {

Descriptor create(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        throw ioError(path.string(), "cannot be created", errno);
    return Descriptor(file);
}

Handle fileCreation() {
    Handle list(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    // Without times the same content gives the same bytes.
    H5Pset_obj_track_times(list.id(), false);
    return list;
}

// The system begins to write so much at a time, lest all of it waits for the flush at the end, which nobody can cancel.
constexpr std::uint64_t kSentAtOnce = std::uint64_t{8} << 20;

} // namespace

Output::Output(const std::filesystem::path& path) : m_path(path), m_file(create(path)) {}

Handle Output::begin() {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // The formats of 1.10 carry a checksum in every piece of metadata; those before carry none.
    H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110);
    if (!useOutputDriver(access.id(), *this))
        return {};
    return Handle(H5Fcreate(m_path.c_str(), H5F_ACC_TRUNC, fileCreation().id(), access.id()), H5Fclose);
}

void Output::check() const {
    if (m_errorNumber != 0)
        throw ioError(m_path.string(), "cannot be written", m_errorNumber);
}

void Output::read(std::uint64_t at, std::span<std::byte> bytes) const {
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t count =
            ::pread(m_file.get(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(at + got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        got += static_cast<std::size_t>(count);
    }
    std::ranges::fill(bytes.subspan(got), std::byte{0});
    for (const Refused& refused : m_refused) {
        const std::uint64_t begin = std::max(at, refused.at);
        const std::uint64_t end = std::min(at + bytes.size(), refused.at + refused.bytes.size());
        if (begin < end)
            std::copy_n(refused.bytes.data() + (begin - refused.at), end - begin, bytes.data() + (begin - at));
    }
}

void Output::write(std::uint64_t at, std::span<const std::byte> bytes) {
    while (!bytes.empty() && m_errorNumber == 0) {
        const ssize_t count = ::pwrite(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (count < 0 && errno != EINTR)
            m_errorNumber = errno;
        if (count <= 0)
            continue;
        at += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (!bytes.empty())
        m_refused.push_back({at, {bytes.begin(), bytes.end()}});
    m_size = std::max(m_size, at + bytes.size());
    if (m_size - m_sentToDisk >= kSentAtOnce && m_errorNumber == 0) {
        ::sync_file_range(m_file.get(), static_cast<off_t>(m_sentToDisk), static_cast<off_t>(m_size - m_sentToDisk),
                          SYNC_FILE_RANGE_WRITE);
        m_sentToDisk = m_size;
    }
}

void Output::resize(std::uint64_t bytes) {
    if (m_errorNumber == 0 && ::ftruncate(m_file.get(), static_cast<off_t>(bytes)) != 0)
        m_errorNumber = errno;
    m_size = bytes;
}

} // namespace vernier::h5
