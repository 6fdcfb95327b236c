#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vernier::h5 {

// How texts are laid out in a file; core/store/README.md describes it to other readers.
inline constexpr const char* kTextBytes = "/bytes";
inline constexpr const char* kTextOffsets = "/offsets";
inline constexpr const char* kAttributeGroup = "attributes/";
inline constexpr const char* kChunkDigests = "chunks/";
inline constexpr std::size_t kAttributeLimit = 60000;

/// HDF5's id of T as it stands in files: little-endian.
template <class T>
std::int64_t storedType();

/// HDF5's id of T as it stands in memory.
template <class T>
std::int64_t memoryType();

} // namespace vernier::h5
