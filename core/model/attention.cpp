#include "core/model/attention.h"

#include "core/model/rows.h"
#include "core/tensor/activations.h"
#include "core/tensor/gemm.h"
#include "core/tensor/vector_math.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr Index kQueryTile = 128;

/// One head: q and out [queries, headSize], the last positions of k and v [keys, headSize].
void attendHead(const ScoreSpec& score, MatrixView<const float> q, MatrixView<const float> k, MatrixView<const float> v,
                MatrixView<float> out, const JobContext& job) {
    const Index before = k.rows - q.rows; // positions that have no query here
    const auto firstVisible = [&](Index position) {
        return score.window > 0 ? std::max<Index>(0, position - score.window + 1) : 0;
    };
    Matrix scores(std::min(kQueryTile, q.rows), k.rows);
    for (Index first = 0; first < q.rows; first += kQueryTile) {
        job.throwIfCancelled();
        const Index queries = std::min(kQueryTile, q.rows - first);
        const Index low = firstVisible(before + first), keys = before + first + queries - low;
        const MatrixView<float> tile(scores.data(), queries, keys, scores.cols());
        multiplyTransposed(q.rowRange(first, queries), k.rowRange(low, keys), tile, score.scale);
        for (Index i = 0; i < queries; ++i) {
            const Index position = before + first + i, begin = firstVisible(position) - low, end = position + 1 - low;
            float* row = tile.row(i);
            std::fill(row, row + begin, 0.0f);
            if (score.cap > 0)
                softCapRow(score.cap, row + begin, end - begin);
            softmaxRow(row + begin, end - begin);
            std::fill(row + end, row + keys, 0.0f); // the future
        }
        multiply(tile, v.rowRange(low, keys), out.rowRange(first, queries));
    }
}

} // namespace

HeadLayout::HeadLayout(const ArchitectureSpec& spec)
    : heads(spec.heads), keyValueHeads(spec.keyValueHeads), headSize(spec.headSize) {
    const Index size = headSize;
    if (spec.headOrder == HeadOrder::Heads) {
        queryStep = keyStep = valueStep = 3 * size;
        keyFirst = size, valueFirst = 2 * size;
    } else {
        queryStep = keyStep = valueStep = size;
        keyFirst = heads * size, valueFirst = (heads + keyValueHeads) * size;
    }
}

void prepareHeads(const HeadLayout& layout, const std::optional<Norm>& queryNorm, const std::optional<Norm>& keyNorm,
                  const RotaryTable* rotary, MatrixView<float> projected, Index sequenceLength, Index firstPosition) {
    if (!queryNorm && !keyNorm && !rotary)
        return;
    forEachRow(projected.rows, [&](Index row) {
        const Index position = firstPosition + row % sequenceLength;
        const auto prepare = [&](Index column, const std::optional<Norm>& norm) {
            float* head = projected.row(row) + column;
            if (norm)
                norm->applyRow(head, head);
            if (rotary)
                rotateHalves(head, rotary->cosine.view().row(position), rotary->sine.view().row(position),
                             rotary->cosine.cols());
        };
        for (Index head = 0; head < layout.heads; ++head)
            prepare(layout.query(head), queryNorm);
        for (Index head = 0; head < layout.keyValueHeads; ++head)
            prepare(layout.key(head), keyNorm);
    });
}

void copyKeys(const HeadLayout& layout, MatrixView<const float> projected, MatrixView<float> keys) {
    forEachRow(projected.rows, [&](Index row) {
        for (Index head = 0; head < layout.keyValueHeads; ++head)
            std::copy_n(projected.row(row) + layout.key(head), layout.headSize, keys.row(row) + head * layout.headSize);
    });
}

void copyValues(const HeadLayout& layout, MatrixView<const float> projected, MatrixView<float> values) {
    forEachRow(projected.rows, [&](Index row) {
        for (Index head = 0; head < layout.keyValueHeads; ++head)
            std::copy_n(projected.row(row) + layout.value(head), layout.headSize,
                        values.row(row) + head * layout.headSize);
    });
}

void attendWindows(const HeadLayout& layout, const ScoreSpec& score, MatrixView<const float> projected,
                   Index sequenceLength, MatrixView<float> out, const JobContext& job) {
    const Index size = layout.headSize, shared = layout.heads / layout.keyValueHeads;
    parallelFor(projected.rows / sequenceLength * layout.heads, [&](Index task) {
        const Index head = task % layout.heads, first = task / layout.heads * sequenceLength;
        const auto rows = projected.rowRange(first, sequenceLength);
        attendHead(score, rows.colRange(layout.query(head), size), rows.colRange(layout.key(head / shared), size),
                   rows.colRange(layout.value(head / shared), size),
                   out.rowRange(first, sequenceLength).colRange(head * size, size), job);
    });
}

void attendCached(const HeadLayout& layout, const ScoreSpec& score, MatrixView<const float> projected,
                  MatrixView<const float> keys, MatrixView<const float> values, MatrixView<float> out,
                  const JobContext& job) {
    const Index size = layout.headSize, shared = layout.heads / layout.keyValueHeads;
    parallelFor(layout.heads, [&](Index head) {
        attendHead(score, projected.colRange(layout.query(head), size), keys.colRange(head / shared * size, size),
                   values.colRange(head / shared * size, size), out.colRange(head * size, size), job);
    });
}

} // namespace vernier
