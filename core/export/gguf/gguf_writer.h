#pragma once

#include "core/base/descriptor.h"
#include "core/export/gguf/gguf_types.h"
#include "core/export/gguf/gguf_value.h"

#include <filesystem>

namespace vernier {

/// Is a tensor that a GGUF file will hold.
struct GgufTensor {
    std::string name;
    GgmlType type = GgmlType::F32;
    std::vector<std::int64_t> shape; ///< row-major, [out, in]; the file lists it the other way round

    std::uint64_t bytes() const;
};

/// Writes a GGUF file, version 3, little-endian (docs/gguf.md of ggml): metadata and the list of tensors first, then
/// each tensor's data at a multiple of 32 bytes. The data come in the order of the list.
class GgufWriter {
public:
    /// Throws Error{Io} naming the file.
    GgufWriter(const std::filesystem::path& path, const GgufMetadata& metadata, std::vector<GgufTensor> tensors);

    /// The data of the next tensor, or a part of them. Throws Error{Io}, Error{Internal} when there are too many.
    void append(std::span<const std::byte> bytes);

    /// Flushes the file to the disk. Throws Error{Internal} when data are missing.
    void finish();

    std::uint64_t dataBytes() const { return m_total; }

private:
    std::filesystem::path m_path;
    Descriptor m_file;
    std::vector<GgufTensor> m_tensors;
    std::size_t m_current = 0;
    std::uint64_t m_written = 0; ///< of the current tensor
    std::uint64_t m_at = 0;      ///< offset in the file
    std::uint64_t m_total = 0;
};

inline constexpr std::uint64_t kGgufAlignment = 32;

} // namespace vernier
