#include "core/base/checksum.h"

#include <array>
#include <cstring>

namespace vernier {

namespace {

constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15; // the golden ratio, as in Fibonacci hashing (Knuth, volume 3, 6.4)

constexpr std::uint64_t step(std::uint64_t state, std::uint64_t word) {
    const std::uint64_t product = (state ^ word) * kOdd;
    return product ^ product >> 32; // a product alone never carries high bits down
}

} // namespace

std::uint64_t checksum(std::span<const std::byte> bytes) {
    constexpr std::size_t kLanes = 4, kStride = kLanes * sizeof(std::uint64_t);
    std::array<std::uint64_t, kLanes> lanes = {1, 2, 3, 4}, words;
    const std::size_t length = bytes.size();
    for (; bytes.size() >= kStride; bytes = bytes.subspan(kStride)) {
        std::memcpy(words.data(), bytes.data(), kStride);
        for (std::size_t i = 0; i < kLanes; ++i)
            lanes[i] = step(lanes[i], words[i]);
    }
    std::uint64_t sum = step(0, length);
    for (const std::byte byte : bytes)
        sum = step(sum, std::to_integer<std::uint64_t>(byte));
    for (const std::uint64_t lane : lanes)
        sum = step(sum, lane);
    return sum;
}

} // namespace vernier
