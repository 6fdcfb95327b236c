#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vernier {

/// The chaining value of SHA-256, H0 to H7 of FIPS 180-4.
using Sha256State = std::array<std::uint32_t, 8>;

/// Takes whole blocks of 64 bytes into state. All of these do the same; the first one picks the fastest that this
/// processor can run.
void sha256Blocks(Sha256State& state, const std::uint8_t* data, std::size_t blocks);

/// The standard's own words, for any processor.
void sha256BlocksPortable(Sha256State& state, const std::uint8_t* data, std::size_t blocks);

/// Whether sha256BlocksExtended may be called: the processor has the SHA extensions of x86 (Intel SDM, CPUID leaf 7).
bool hasShaExtensions();

/// Four rounds in two instructions; several times as fast. Only where hasShaExtensions() says so.
void sha256BlocksExtended(Sha256State& state, const std::uint8_t* data, std::size_t blocks);

} // namespace vernier
