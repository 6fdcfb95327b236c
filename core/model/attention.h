#pragma once

#include "core/model/architecture.h"
#include "core/model/rotary.h"
#include "core/tensor/matrix.h"

namespace vernier {

/// Rotates queries and keys in place: qkv [windows · sequenceLength, (heads + 2 · keyValueHeads) · headSize] holds the
/// projected queries, keys and values side by side.
void rotate(const ArchitectureSpec& spec, const RotaryTable& rotary, MatrixView<float> qkv, Index sequenceLength);

/// Attends causally inside each window: qkv as above, rotated; out [windows · sequenceLength, heads · headSize]
/// receives the mixed values. Works in tiles of queries, never a whole window's scores at once. One thread per window
/// and head, so the result does not depend on their number.
void attend(const ArchitectureSpec& spec, MatrixView<const float> qkv, Index sequenceLength, MatrixView<float> out);

} // namespace vernier
