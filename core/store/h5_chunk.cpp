#include "core/store/h5_chunk.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <zlib.h>

namespace vernier::h5 {

namespace {

constexpr int kDeflateLevel = 1;

/// First bytes of all elements, then second ones, and so on: bytes of like meaning compress better together.
std::vector<std::byte> shuffle(std::span<const std::byte> values, std::size_t elementSize) {
    std::vector<std::byte> shuffled(values.size());
    const std::size_t elements = values.size() / elementSize;
    for (std::size_t byte = 0; byte < elementSize; ++byte)
        for (std::size_t i = 0; i < elements; ++i)
            shuffled[byte * elements + i] = values[i * elementSize + byte];
    return shuffled;
}

/// Fletcher-32 as HDF5 computes it: over 16-bit words, the first byte the upper one.
std::uint32_t fletcher32(std::span<const std::byte> bytes) {
    constexpr std::size_t kWordsWithoutOverflow = 360;
    const auto fold = [](std::uint32_t sum) { return (sum & 0xffff) + (sum >> 16); };
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::uint32_t low = 0, high = 0;
    for (std::size_t words = bytes.size() / 2; words > 0;) {
        const std::size_t now = std::min(words, kWordsWithoutOverflow);
        for (std::size_t i = 0; i < now; ++i, data += 2) {
            low += std::uint32_t{data[0]} << 8 | data[1];
            high += low;
        }
        low = fold(low), high = fold(high);
        words -= now;
    }
    if (bytes.size() % 2 != 0) {
        low += std::uint32_t{*data} << 8;
        high += low;
        low = fold(low), high = fold(high);
    }
    return fold(high) << 16 | fold(low);
}

constexpr std::size_t kChecksumBytes = 4;

std::uint32_t storedChecksum(std::span<const std::byte> stored) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kChecksumBytes; ++i)
        sum |= std::to_integer<std::uint32_t>(stored[stored.size() - kChecksumBytes + i]) << (8 * i);
    return sum;
}

} // namespace

ChunkGrid::ChunkGrid(std::vector<std::uint64_t> shape, std::size_t elementSize)
    : m_shape(std::move(shape)), m_chunk(m_shape), m_elementSize(elementSize) {
    std::uint64_t room = std::max<std::uint64_t>(1, kWholeChunkBytes / elementSize);
    for (std::size_t d = m_chunk.size(); d-- > 0;) {
        if (m_shape[d] == 0)
            m_chunks = 0;
        m_chunk[d] = std::min(m_chunk[d], room);
        room = m_chunk[d] > 0 ? std::max<std::uint64_t>(1, room / m_chunk[d]) : room;
    }
    if (m_chunks == 0)
        return;
    while (m_divided + 1 < m_chunk.size() && m_chunk[m_divided] == 1)
        ++m_divided;
    for (std::size_t d = m_divided + 1; d < m_shape.size(); ++d)
        m_rowElements *= m_shape[d];
    m_cuts = (m_shape[m_divided] + m_chunk[m_divided] - 1) / m_chunk[m_divided];
    m_chunkElements = m_chunk[m_divided] * m_rowElements;
    m_chunks = m_cuts;
    for (std::size_t d = 0; d < m_divided; ++d)
        m_chunks *= m_shape[d];
}

ChunkGrid::Chunk ChunkGrid::operator[](std::size_t chunk) const {
    Chunk result;
    result.place.assign(m_shape.size(), 0);
    const std::size_t cut = chunk % m_cuts, step = m_chunk[m_divided];
    std::size_t before = chunk / m_cuts;
    result.first = (before * m_shape[m_divided] + cut * step) * m_rowElements;
    result.count = std::min<std::size_t>(step, m_shape[m_divided] - cut * step) * m_rowElements;
    result.place[m_divided] = cut * step;
    for (std::size_t d = m_divided; d-- > 0; before /= m_shape[d])
        result.place[d] = before % m_shape[d];
    return result;
}

StoredChunk storeChunk(std::span<const std::byte> values, std::size_t chunkBytes, std::size_t elementSize) {
    std::vector<std::byte> whole;
    if (values.size() < chunkBytes) {
        whole.assign(values.begin(), values.end());
        whole.resize(chunkBytes);
        values = whole;
    }
    if (elementSize > 1) {
        whole = shuffle(values, elementSize);
        values = whole;
    }
    StoredChunk stored;
    uLongf size = ::compressBound(static_cast<uLong>(values.size()));
    stored.bytes.resize(size + kChecksumBytes);
    const int status =
        ::compress2(reinterpret_cast<Bytef*>(stored.bytes.data()), &size, reinterpret_cast<const Bytef*>(values.data()),
                    static_cast<uLong>(values.size()), kDeflateLevel);
    if (status != Z_OK)
        throw std::bad_alloc(); // compressBound rules everything else out
    if (size >= values.size()) {
        stored.filterMask = deflateFilter(elementSize);
        std::ranges::copy(values, stored.bytes.begin());
        size = static_cast<uLongf>(values.size());
    }
    const std::uint32_t sum = fletcher32(std::span(stored.bytes).first(size));
    for (std::size_t i = 0; i < kChecksumBytes; ++i)
        stored.bytes[size + i] = static_cast<std::byte>(sum >> (8 * i));
    stored.bytes.resize(size + kChecksumBytes);
    return stored;
}

bool hasGoodChecksum(std::span<const std::byte> stored) {
    return stored.size() > kChecksumBytes &&
           fletcher32(stored.first(stored.size() - kChecksumBytes)) == storedChecksum(stored);
}

} // namespace vernier::h5
