#include "core/model/attention.h"

#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <cmath>

namespace vernier {

namespace {

constexpr Index kQueryTile = 128;
constexpr Index kRotateRows = 64;

/// One head of one window: q, k, v and out are [sequenceLength, headSize].
void attendHead(MatrixView<const float> q, MatrixView<const float> k, MatrixView<const float> v,
                MatrixView<float> out) {
    const float scale = 1.0f / std::sqrt(static_cast<float>(q.cols));
    Matrix scores(std::min(kQueryTile, q.rows), q.rows);
    for (Index first = 0; first < q.rows; first += kQueryTile) {
        const Index queries = std::min(kQueryTile, q.rows - first), keys = first + queries;
        const MatrixView<float> tile(scores.data(), queries, keys, scores.cols());
        multiplyTransposed(q.rowRange(first, queries), k.rowRange(0, keys), tile, scale);
        for (Index i = 0; i < queries; ++i) {
            softmaxRow(tile.row(i), first + i + 1);
            std::fill(tile.row(i) + first + i + 1, tile.row(i) + keys, 0.0f); // the future
        }
        multiply(tile, v.rowRange(0, keys), out.rowRange(first, queries));
    }
}

} // namespace

void rotate(const ArchitectureSpec& spec, const RotaryTable& rotary, MatrixView<float> qkv, Index sequenceLength) {
    const Index rotated = spec.heads + spec.keyValueHeads; // queries and keys stand side by side
    parallelFor((qkv.rows + kRotateRows - 1) / kRotateRows, [&](Index task) {
        const Index end = std::min(qkv.rows, (task + 1) * kRotateRows);
        for (Index row = task * kRotateRows; row < end; ++row) {
            const Index position = row % sequenceLength;
            for (Index head = 0; head < rotated; ++head)
                rotateHalves(qkv.row(row) + head * spec.headSize, rotary.cosine.view().row(position),
                             rotary.sine.view().row(position), spec.headSize / 2);
        }
    });
}

void attend(const ArchitectureSpec& spec, MatrixView<const float> qkv, Index sequenceLength, MatrixView<float> out) {
    const Index size = spec.headSize, shared = spec.heads / spec.keyValueHeads;
    const Index keys = spec.heads * size, values = keys + spec.keyValueHeads * size;
    const Index windows = qkv.rows / sequenceLength;
    parallelFor(windows * spec.heads, [&](Index task) {
        const Index head = task % spec.heads;
        const auto rows = qkv.rowRange(task / spec.heads * sequenceLength, sequenceLength);
        attendHead(rows.colRange(head * size, size), rows.colRange(keys + head / shared * size, size),
                   rows.colRange(values + head / shared * size, size),
                   out.rowRange(task / spec.heads * sequenceLength, sequenceLength).colRange(head * size, size));
    });
}

} // namespace vernier
