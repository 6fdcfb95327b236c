#include "core/base/mapped_scratch.h"

#include "core/base/error.h"
#include "core/base/unnamed_file.h"

#include <cerrno>
#include <sys/mman.h>

namespace vernier {

MappedScratch::MappedScratch(const std::filesystem::path& folder, std::uint64_t bytes) {
    if (bytes == 0)
        return;
    UnnamedFile file(folder);
    file.reserve(bytes);
    // The mapping keeps the file alive.
    void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor(), 0);
    if (mapped == MAP_FAILED)
        throw ioError(folder.string(), "holds a file that cannot be mapped", errno);
    m_data = static_cast<std::byte*>(mapped);
    m_bytes = bytes;
}

MappedScratch::~MappedScratch() {
    if (m_data)
        ::munmap(m_data, m_bytes);
}

} // namespace vernier
