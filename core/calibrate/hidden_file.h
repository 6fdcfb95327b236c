#pragma once

#include "core/base/unnamed_file.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Says how many hidden states there are and in what portions they are handled: chunkTokens is a number of whole
/// windows, the last chunk may be shorter.
struct HiddenShape {
    Index tokens = 0, width = 0, chunkTokens = 1;

    Index chunks() const { return (tokens + chunkTokens - 1) / chunkTokens; }
    Index firstToken(Index chunk) const { return chunk * chunkTokens; }
    Index rows(Index chunk) const { return std::min(chunkTokens, tokens - firstToken(chunk)); }
    std::uint64_t bytes() const { return sizeof(float) * static_cast<std::uint64_t>(tokens * width); }
    bool operator==(const HiddenShape&) const = default;
};

/// Keeps hidden states on the disk, in a file without a name until it is published. Layout, little-endian: a header of
/// 4096 bytes (magic "VERNIERH", version, finished blocks, tokens, width, tokens per chunk, checksum, length and text
/// of the inputs), the checksum of every chunk (uint64, padded to 4096 bytes), then the chunks as float32 rows.
class HiddenFile {
public:
    /// Throws Error{Io} naming the folder, which must exist.
    HiddenFile(const std::filesystem::path& folder, const HiddenShape& shape);

    /// Writes a chunk [rows, width]. Throws Error{Io} when the disk is full.
    void write(Index chunk, MatrixView<const float> rows);
    /// Reads a chunk back. Throws Error{Io} when it is not what was written.
    void read(Index chunk, MatrixView<float> rows) const;
    /// Tells the system that a chunk is wanted soon.
    void prefetch(Index chunk) const;

    /// Completes the file and gives it a name (UnnamedFile::publish): the states after so many blocks, computed from
    /// inputs (JSON text). Throws Cancelled.
    void publish(const std::filesystem::path& path, int blocks, const std::string& inputs, const JobContext& job = {});

private:
    HiddenShape m_shape;
    std::vector<std::uint64_t> m_checksums;
    UnnamedFile m_file;
};

/// What a published file says of itself.
struct HiddenFileHeader {
    int blocks = 0; ///< finished blocks whose output it holds
    HiddenShape shape;
    std::string inputs; ///< JSON text
};

/// Reads the header of a published file; nothing when there is no such file. Throws Error{Io}, Error{Input} when it is
/// damaged.
std::optional<HiddenFileHeader> readHiddenHeader(const std::filesystem::path& path);

/// Hands every chunk of a published file to take(chunk, rows), in order. Throws Error{Io}, Error{Input} when the file
/// is damaged or of another shape.
void readHiddenFile(const std::filesystem::path& path, const HiddenShape& shape,
                    const std::function<void(Index chunk, MatrixView<const float> rows)>& take);

} // namespace vernier
