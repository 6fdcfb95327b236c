#pragma once

#include "core/base/descriptor.h"
#include "core/base/file.h"
#include "core/base/job.h"
#include "core/export/gguf/gguf_types.h"
#include "core/export/gguf/gguf_value.h"
#include "core/export/gguf/gguf_writer.h"

#include <map>

namespace vernier {

/// Reads a GGUF file, version 2 or 3, little-endian. The constructor checks everything before a byte is believed:
/// counts, lengths, types and nesting of the metadata, shapes, types and offsets of tensors, that these lie inside the
/// file. Tensors of types that Vernier does not know are listed as unknown; reading them is an error.
class GgufFile {
public:
    struct Tensor {
        std::string name;
        std::uint32_t type = 0;          ///< a GgmlType where ggmlTypeFacts knows it
        std::vector<std::int64_t> shape; ///< row-major, [out, in]
        std::uint64_t offset = 0;        ///< in the file
        std::uint64_t bytes = 0;         ///< 0 of unknown types

        std::int64_t elements() const;
    };

    /// Throws Error{Io} when unreadable, Error{Input} naming file, place and problem, Error{Unsupported} for other
    /// versions.
    explicit GgufFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    const std::vector<Tensor>& tensors() const { return m_tensors; }
    const Tensor* find(std::string_view name) const;
    const GgufValue* value(std::string_view key) const;

    /// A value of a key. Throws Error{Input} when it is missing or of another type. Whole numbers of any width are read
    /// as 64 bits.
    std::string text(std::string_view key) const;
    std::int64_t whole(std::string_view key) const;
    double real(std::string_view key) const;

    /// All elements of a tensor as floats. Throws Error{Unsupported} naming a type that is not known, Error{Io},
    /// Error{Input} when the file ends before.
    std::vector<float> read(const Tensor& tensor, const JobContext& job = {}) const;
    std::vector<std::byte> readBytes(const Tensor& tensor, const JobContext& job = {}) const;

private:
    std::filesystem::path m_path;
    Descriptor m_descriptor;
    std::map<std::string, GgufValue, std::less<>> m_metadata;
    std::vector<Tensor> m_tensors;
    std::map<std::string, std::size_t, std::less<>> m_byName;
};

} // namespace vernier
