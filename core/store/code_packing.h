#pragma once

#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Bytes that a row of codes takes when they stand without gaps; each row begins with a byte of its own.
std::size_t packedRowBytes(Index cols, int bits);

/// Packs codes [rows, cols], each below 2^bits, to `bits` (1 … 8) bits per code: code c of a row lies at bits c·bits …
/// of the row, counted from the lowest bit of its first byte; unused bits of its last byte are 0. Returns [rows,
/// packedRowBytes]. Throws Error{Internal} when a code or the number of codes does not fit.
std::vector<std::uint8_t> packCodes(std::span<const std::uint8_t> codes, Index rows, Index cols, int bits);

/// Undoes packCodes; whatever the bytes are, every code is below 2^bits. Throws Error{Input} when packed is not as long
/// as rows and cols say.
std::vector<std::uint8_t> unpackCodes(std::span<const std::uint8_t> packed, Index rows, Index cols, int bits);

} // namespace vernier
