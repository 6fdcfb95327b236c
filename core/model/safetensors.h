#pragma once

#include "core/base/file.h"
#include "core/tensor/dtype.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace vernier {

/// Points at one tensor inside a mapped file.
struct StoredTensor {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes; ///< little-endian elements, row-major, any alignment

    std::int64_t elements() const;
    /// "BF16 [256, 768]"
    std::string text() const;
};

/// Reads the safetensors format: u64 little-endian header length, JSON header, then the data. The file is mapped;
/// tensors stay valid as long as this object. The constructor checks everything before a byte is believed: the header's
/// length and JSON, each tensor's type, shape and offsets, that offsets lie inside the file, fit the shape and do not
/// overlap.
class SafetensorsFile {
public:
    /// Throws Error{Io} when unreadable, Error{Input} naming file and tensor for whatever is malformed.
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return m_tensors; }
    const std::filesystem::path& path() const { return m_file.path(); }

    /// The header's JSON text; a fingerprint of names, types, shapes and places.
    std::string_view header() const { return m_header; }
    std::span<const std::byte> bytes() const { return m_file.bytes(); }

private:
    MappedFile m_file;
    std::string_view m_header;
    std::map<std::string, StoredTensor, std::less<>> m_tensors;
};

} // namespace vernier
