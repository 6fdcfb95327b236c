#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vernier {

/// Gives the bytes of a file one piece after the other.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// Fills some of into and says how much; 0 at the end. Throws Error{Io} when the system refuses, Error{Input} for
    /// compressed content that is damaged, cut off or expands as no text does.
    virtual std::size_t read(std::span<char> into) = 0;

    /// Bytes of the file itself that were read so far, before any unpacking.
    virtual std::uint64_t position() const = 0;
};

/// A file, or bytes that are in memory already and stay there.
struct RawSource {
    std::unique_ptr<ByteSource> bytes;
    std::uint64_t size = 0;
};
RawSource openRaw(const std::filesystem::path& path); ///< throws Error{Io}, Error{Input} for what is no regular file
RawSource openRaw(std::string_view bytes);

/// How a file was packed.
enum class Compression { None, Gzip, Zstd };

/// A source seen through its compression, which its first bytes tell.
struct UnpackedSource {
    std::unique_ptr<ByteSource> bytes;
    Compression compression = Compression::None;
};

/// Unpacks gzip (RFC 1952, several members too) and Zstandard (RFC 8878) as a stream; everything else passes as it is.
/// name stands in messages. Content that expands more than 200 times is refused once it is large: no text does.
UnpackedSource unpack(std::unique_ptr<ByteSource> raw, const std::string& name);

} // namespace vernier
