#include "core/calibrate/hidden_file.h"

#include "core/base/checksum.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::array<char, 8> kMagic = {'V', 'E', 'R', 'N', 'I', 'E', 'R', 'H'};
constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kMostTokens = std::int64_t{1} << 40, kMostWidth = 1 << 24;
constexpr std::uint32_t kMostBlocks = 1 << 16;

/// Is the beginning of the file as it stands on the disk; the inputs follow.
struct RawHeader {
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t blocks = 0;
    std::int64_t tokens = 0, width = 0, chunkTokens = 0;
    std::uint64_t inputsLength = 0;
    std::uint64_t checksum = 0; ///< of header and inputs with this field 0, and the checksums of the chunks
};
static_assert(sizeof(RawHeader) == 56 && std::is_trivially_copyable_v<RawHeader>);

std::uint64_t roundUp(std::uint64_t bytes) {
    return (bytes + kPage - 1) / kPage * kPage;
}

std::uint64_t chunkOffset(const HiddenShape& shape, Index chunk) {
    const std::uint64_t rowBytes = sizeof(float) * static_cast<std::uint64_t>(shape.width);
    return kPage + roundUp(sizeof(std::uint64_t) * static_cast<std::uint64_t>(shape.chunks())) +
           static_cast<std::uint64_t>(shape.firstToken(chunk)) * rowBytes;
}

std::span<const std::byte> bytesOf(MatrixView<const float> rows) {
    return std::as_bytes(std::span(rows.data, static_cast<std::size_t>(rows.rows * rows.cols)));
}

std::span<std::byte> bytesOf(MatrixView<float> rows) {
    return std::as_writable_bytes(std::span(rows.data, static_cast<std::size_t>(rows.rows * rows.cols)));
}

std::string asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t headerChecksum(RawHeader header, const std::string& inputs, std::span<const std::uint64_t> chunks) {
    header.checksum = 0;
    const std::string all = asText(std::as_bytes(std::span(&header, 1))) + inputs + asText(std::as_bytes(chunks));
    return checksum(std::as_bytes(std::span(all)));
}

[[noreturn]] void damaged(const fs::path& path, const std::string& problem) {
    throw Error(ErrorKind::Input, path.string(), problem, "remove the file");
}

/// A published file that is open, its header and checksums verified.
struct Opened {
    Descriptor file;
    HiddenFileHeader header;
    std::vector<std::uint64_t> checksums;
};

Opened openPublished(const fs::path& path) {
    Opened opened{Descriptor(path, O_RDONLY), {}, {}};
    RawHeader raw;
    readAt(opened.file, 0, std::as_writable_bytes(std::span(&raw, 1)), path);
    if (raw.magic != kMagic || raw.version != kVersion)
        damaged(path, "holds no hidden states, or those of another version");
    if (raw.blocks > kMostBlocks || raw.tokens < 1 || raw.tokens > kMostTokens || raw.width < 1 ||
        raw.width > kMostWidth || raw.chunkTokens < 1 || raw.inputsLength > kPage - sizeof(RawHeader))
        damaged(path, "has a header that makes no sense");
    HiddenShape& shape = opened.header.shape;
    shape = {raw.tokens, raw.width, raw.chunkTokens};
    // What the header claims is believed only as far as the file goes.
    if (fs::file_size(path) < chunkOffset(shape, 0) + shape.bytes())
        damaged(path, "is truncated");
    opened.header.blocks = static_cast<int>(raw.blocks);
    opened.header.inputs.resize(raw.inputsLength);
    readAt(opened.file, sizeof(raw), std::as_writable_bytes(std::span(opened.header.inputs)), path);
    opened.checksums.resize(static_cast<std::size_t>(shape.chunks()));
    readAt(opened.file, kPage, std::as_writable_bytes(std::span(opened.checksums)), path);
    if (headerChecksum(raw, opened.header.inputs, opened.checksums) != raw.checksum)
        damaged(path, "has a damaged header");
    return opened;
}

} // namespace

HiddenFile::HiddenFile(const fs::path& folder, const HiddenShape& shape)
    : m_shape(shape), m_checksums(static_cast<std::size_t>(shape.chunks())), m_file(folder) {}

void HiddenFile::write(Index chunk, MatrixView<const float> rows) {
    m_checksums[static_cast<std::size_t>(chunk)] = checksum(bytesOf(rows));
    m_file.write(chunkOffset(m_shape, chunk), bytesOf(rows));
}

void HiddenFile::read(Index chunk, MatrixView<float> rows) const {
    m_file.read(chunkOffset(m_shape, chunk), bytesOf(rows));
    if (checksum(bytesOf(MatrixView<const float>(rows))) != m_checksums[static_cast<std::size_t>(chunk)])
        throw Error(ErrorKind::Io, "spilled hidden states", "are not what was written", "check the disk");
}

void HiddenFile::prefetch(Index chunk) const {
    m_file.prefetch(chunkOffset(m_shape, chunk),
                    sizeof(float) * static_cast<std::uint64_t>(m_shape.rows(chunk) * m_shape.width));
}

void HiddenFile::publish(const fs::path& path, int blocks, const std::string& inputs, const JobContext& job) {
    RawHeader raw;
    raw.blocks = static_cast<std::uint32_t>(blocks);
    raw.tokens = m_shape.tokens, raw.width = m_shape.width, raw.chunkTokens = m_shape.chunkTokens;
    raw.inputsLength = inputs.size();
    if (raw.inputsLength > kPage - sizeof(RawHeader))
        throw Error(ErrorKind::Internal, path.string(), "its inputs are too long");
    raw.checksum = headerChecksum(raw, inputs, m_checksums);
    m_file.write(0, std::as_bytes(std::span(&raw, 1)));
    m_file.write(sizeof(raw), std::as_bytes(std::span(inputs)));
    m_file.write(kPage, std::as_bytes(std::span(m_checksums)));
    m_file.publish(path, job);
}

std::optional<HiddenFileHeader> readHiddenHeader(const fs::path& path) {
    if (std::error_code ignored; !fs::is_regular_file(path, ignored))
        return std::nullopt;
    return openPublished(path).header;
}

void readHiddenFile(const fs::path& path, const HiddenShape& shape,
                    const std::function<void(Index chunk, MatrixView<const float> rows)>& take) {
    const Opened opened = openPublished(path);
    if (opened.header.shape != shape)
        damaged(path, "holds another number of hidden states");
    Matrix rows(std::min(shape.chunkTokens, shape.tokens), shape.width);
    for (Index chunk = 0; chunk < shape.chunks(); ++chunk) {
        const auto view = rows.view().rowRange(0, shape.rows(chunk));
        readAt(opened.file, chunkOffset(shape, chunk), bytesOf(view), path);
        if (checksum(bytesOf(MatrixView<const float>(view))) != opened.checksums[static_cast<std::size_t>(chunk)])
            damaged(path, fmt::format("is damaged in chunk {}", chunk));
        take(chunk, view);
    }
}

} // namespace vernier
