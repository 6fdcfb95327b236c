#pragma once

#include "core/base/job.h"
#include "core/model/architecture.h"
#include "core/model/norm.h"
#include "core/model/rotary.h"
#include "core/tensor/matrix.h"

#include <optional>

namespace vernier {

/// Says at which columns of a token's projected row its heads begin.
struct HeadLayout {
    Index heads, keyValueHeads, headSize;
    Index queryStep, keyFirst, keyStep, valueFirst, valueStep;

    explicit HeadLayout(const ArchitectureSpec& spec);

    Index query(Index head) const { return head * queryStep; }
    Index key(Index head) const { return keyFirst + head * keyStep; }
    Index value(Index head) const { return valueFirst + head * valueStep; }
    Index cached() const { return keyValueHeads * headSize; } ///< components of a token's keys, and of its values
};

/// Is what turns products of queries and keys into weights: scale, soft cap (0: none), sliding window (0: none).
struct ScoreSpec {
    float scale = 1.0f;
    float cap = 0.0f;
    Index window = 0;
};

/// Normalises queries and keys, then rotates them, in place, where there are norms and a table; row r of projected
/// stands at position firstPosition + r % sequenceLength.
void prepareHeads(const HeadLayout& layout, const std::optional<Norm>& queryNorm, const std::optional<Norm>& keyNorm,
                  const RotaryTable* rotary, MatrixView<float> projected, Index sequenceLength,
                  Index firstPosition = 0);

/// Copies the keys of all heads side by side, [tokens, keyValueHeads · headSize]; values likewise.
void copyKeys(const HeadLayout& layout, MatrixView<const float> projected, MatrixView<float> keys);
void copyValues(const HeadLayout& layout, MatrixView<const float> projected, MatrixView<float> values);

/// Attends causally inside each window: projected [windows · sequenceLength, …] holds prepared heads; out [windows ·
/// sequenceLength, heads · headSize] receives the mixed values. Works in tiles of queries, never a whole window's
/// scores at once, and leaves out keys that a sliding window hides from a tile. One thread per window and head, so the
/// result does not depend on their number. Throws Cancelled between tiles.
void attendWindows(const HeadLayout& layout, const ScoreSpec& score, MatrixView<const float> projected,
                   Index sequenceLength, MatrixView<float> out, const JobContext& job);

/// Attends from the last tokens of one text: the queries in projected [tokens, …] to keys and values [length,
/// keyValueHeads · headSize], which end with those of the same tokens.
void attendCached(const HeadLayout& layout, const ScoreSpec& score, MatrixView<const float> projected,
                  MatrixView<const float> keys, MatrixView<const float> values, MatrixView<float> out,
                  const JobContext& job);

} // namespace vernier
