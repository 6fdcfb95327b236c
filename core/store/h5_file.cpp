#include "core/store/h5_file.h"

#include "core/base/error.h"
#include "core/store/h5_library.h"
#include "core/store/h5_output.h"

#include <array>
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <hdf5.h>

namespace vernier {

namespace {

// Signature and superblock version of the files written here. Files without checksummed metadata (versions 0 and 1)
// never come from Vernier and are the ones whose damage HDF5 may not notice, so they are not even opened.
void requireOwnFormat(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        throw ioError(path.string(), "cannot be opened", errno);
    struct stat status {};
    std::array<unsigned char, 9> begin{};
    const bool isRegular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const ssize_t got = isRegular ? ::pread(descriptor, begin.data(), begin.size(), 0) : 0;
    ::close(descriptor);
    if (!isRegular)
        throw Error(ErrorKind::Input, path.string(), "is not a regular file", "name a file");
    constexpr std::array<unsigned char, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    if (got != static_cast<ssize_t>(begin.size()) || !std::equal(kSignature.begin(), kSignature.end(), begin.begin()))
        throw Error(ErrorKind::Input, path.string(), "is not an HDF5 file", "check that it is the right file");
    if (begin[8] != 2 && begin[8] != 3)
        throw Error(ErrorKind::Input, path.string(), "is an HDF5 file of a kind that Vernier does not write",
                    "check that it is the right file");
}

} // namespace

H5File::H5File(std::filesystem::path path, std::int64_t id) : m_path(std::move(path)), m_id(id) {}

H5File H5File::create(const std::filesystem::path& path, const JobContext& job) {
    H5File file(path, -1);
    file.m_job = job.quiet();
    file.m_output = std::make_unique<h5::Output>(path);
    const auto held = h5::lock();
    h5::Handle handle = file.m_output->begin();
    if (!handle.valid())
        throw Error(ErrorKind::Io, path.string(), fmt::format("cannot be begun ({})", h5::lastProblem()),
                    "free memory and try again");
    file.m_id = handle.release();
    return file;
}

H5File H5File::openRead(const std::filesystem::path& path, const JobContext& job) {
    requireOwnFormat(path);
    const auto held = h5::lock();
    const h5::Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
    // Files are complete before they get their name, and locks fail on some network file systems.
    H5Pset_file_locking(access.id(), false, true);
#endif
    const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
    if (id < 0) {
        if (const int errorNumber = h5::lastErrno())
            throw ioError(path.string(), "cannot be opened", errorNumber);
        throw Error(ErrorKind::Input, path.string(), fmt::format("is damaged ({})", h5::lastProblem()),
                    "use another copy of the file");
    }
    H5File file(path, id);
    file.m_job = job.quiet();
    return file;
}

H5File::H5File(H5File&& other) noexcept
    : m_path(std::move(other.m_path)), m_id(std::exchange(other.m_id, -1)), m_job(std::move(other.m_job)),
      m_output(std::move(other.m_output)), m_recognizesChunks(other.m_recognizesChunks),
      m_previous(std::move(other.m_previous)) {}

H5File& H5File::operator=(H5File&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_id, other.m_id);
    std::swap(m_job, other.m_job);
    std::swap(m_output, other.m_output);
    std::swap(m_recognizesChunks, other.m_recognizesChunks);
    std::swap(m_previous, other.m_previous);
    return *this;
}

H5File::~H5File() {
    try {
        // What is left behind by an exception is not worth writing.
        if (m_output && std::uncaught_exceptions() == 0)
            flush();
    } catch (const std::exception&) {
    }
    close();
}

void H5File::flush() {
    if (!m_output)
        return;
    m_output->check();
    if (!close())
        throw Error(ErrorKind::Io, m_path.string(), "cannot be completed", "free memory and try again");
    m_output->check();
    m_output->waitForDisk(m_job);
    m_output.reset();
}

void H5File::recognizeChunks(std::shared_ptr<const H5File> previous) {
    m_recognizesChunks = true;
    m_previous = std::move(previous);
}

bool H5File::close() {
    if (m_id < 0)
        return true;
    const auto held = h5::lock();
    return H5Fclose(std::exchange(m_id, -1)) >= 0;
}

} // namespace vernier
