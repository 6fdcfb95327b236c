#pragma once

#include "core/base/descriptor.h"
#include "core/base/file.h"
#include "core/base/job.h"
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
    const Descriptor& descriptor() const { return m_descriptor; }

private:
    Descriptor m_descriptor;
    MappedFile m_file;
    std::string_view m_header;
    std::map<std::string, StoredTensor, std::less<>> m_tensors;
};

/// Reads elements of a tensor as floats. They are read from the file, not through its mapping: where the file has been
/// truncated or its disk fails, that is an error and not a signal. Valid as long as the file's object.
class TensorReader {
public:
    TensorReader(const SafetensorsFile& file, const StoredTensor& tensor) : m_file(&file), m_tensor(&tensor) {}

    const StoredTensor& tensor() const { return *m_tensor; }

    /// Elements from `first` on. Throws Error{Io} or Error{Input} naming the file that cannot be read, Error{Numeric}
    /// naming file, tensor and element where there is NaN or Inf, Error{Unsupported} for types that are no weights,
    /// Cancelled.
    void read(std::int64_t first, std::span<float> out, const JobContext& job = {}) const;

    /// Stored bytes from an offset inside the tensor on, of whatever type. Throws as read(), but for Error{Numeric} and
    /// Error{Unsupported}.
    void readBytes(std::uint64_t offset, std::span<std::byte> out, const JobContext& job = {}) const;

private:
    const SafetensorsFile* m_file;
    const StoredTensor* m_tensor;
};

} // namespace vernier
