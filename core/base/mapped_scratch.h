#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <utility>

namespace vernier {

/// Is memory that the system may bring to the disk when it is short of it: a nameless file, mapped, all zero at first.
/// It vanishes with this object, also when the process is killed. Movable.
class MappedScratch {
public:
    MappedScratch() = default;
    /// The disk space is taken at once, so that a full disk is an error here and no fault later. Throws Error{Io}
    /// naming the folder, which must exist.
    MappedScratch(const std::filesystem::path& folder, std::uint64_t bytes);
    MappedScratch(MappedScratch&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr)), m_bytes(std::exchange(other.m_bytes, 0)) {}
    MappedScratch& operator=(MappedScratch&& other) noexcept {
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~MappedScratch();

    std::byte* data() const { return m_data; } ///< null when it was made of nothing
    std::uint64_t bytes() const { return m_bytes; }

private:
    std::byte* m_data = nullptr;
    std::uint64_t m_bytes = 0;
};

} // namespace vernier
