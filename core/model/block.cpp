#include "core/model/block.h"

#include "core/base/error.h"
#include "core/model/attention.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

// Tokens in flight at once, at least one window: enough for large products, few enough that the buffers stay small and
// a cancelled job answers soon. Fixed, so that sums over chunks do not depend on the machine.
constexpr Index kChunkTokens = 2048;
constexpr Index kRowsPerTask = 64;

/// Calls body(row) for every row, in tasks of fixed size.
template <class Body>
void forEachRow(Index rows, Body&& body) {
    parallelFor((rows + kRowsPerTask - 1) / kRowsPerTask, [&](Index task) {
        for (Index row = task * kRowsPerTask; row < std::min(rows, (task + 1) * kRowsPerTask); ++row)
            body(row);
    });
}

void normalise(MatrixView<const float> x, const std::vector<float>& weight, float epsilon, MatrixView<float> y) {
    forEachRow(x.rows, [&](Index row) { rmsNormRow(x.row(row), weight.data(), epsilon, x.cols, y.row(row)); });
}

Matrix weightOf(const Model& model, int block, const LinearSpec& linear, const LinearSource& replaced) {
    if (replaced)
        if (auto weight = replaced(model.spec.linearName(block, linear.name))) {
            if (weight->rows() != linear.out || weight->cols() != linear.in)
                throw Error(ErrorKind::Internal, model.spec.linearName(block, linear.name),
                            "replaced by another shape");
            return std::move(*weight);
        }
    return model.linear(block, linear);
}

/// Packs the linears of a group as one weight, one below the other: one product gives all their outputs side by side.
PackedWeight packGroup(const Model& model, int block, const InputGroup& group, const LinearSource& replaced) {
    Index out = 0;
    for (const LinearSpec& linear : group.linears)
        out += linear.out;
    Matrix stacked(out, group.in());
    Index at = 0;
    for (const LinearSpec& linear : group.linears) {
        const Matrix weight = weightOf(model, block, linear, replaced);
        std::ranges::copy(weight.values(), stacked.view().row(at));
        at += linear.out;
    }
    return PackedWeight(stacked.view());
}

} // namespace

struct Block::Scratch {
    Matrix normed, qkv, mixed, gateUp, gated;

    Scratch(const Block& block, Index tokens)
        : normed(tokens, block.m_spec.hiddenSize), qkv(tokens, block.m_queryKeyValue.out()),
          mixed(tokens, block.m_attentionOutput.in()), gateUp(tokens, block.m_gateUp.out()),
          gated(tokens, block.m_down.in()) {}
};

Block::Block(const Model& model, int index, const LinearSource& replaced) : m_spec(model.spec) {
    const std::string prefix = m_spec.blockPrefix(index);
    m_inputNorm = model.checkpoint.vector(prefix + ".input_layernorm.weight", m_spec.hiddenSize);
    m_postAttentionNorm = model.checkpoint.vector(prefix + ".post_attention_layernorm.weight", m_spec.hiddenSize);
    const auto groups = m_spec.inputGroups();
    const auto pack = [&](InputPlace place) {
        return packGroup(model, index, groups[static_cast<std::size_t>(place)], replaced);
    };
    m_queryKeyValue = pack(InputPlace::Attention);
    m_attentionOutput = pack(InputPlace::AttentionOutput);
    m_gateUp = pack(InputPlace::Mlp);
    m_down = pack(InputPlace::MlpOutput);
}

void Block::forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                    const TapFunction& tap) const {
    const Index windowsAtOnce = std::max<Index>(1, kChunkTokens / sequenceLength);
    const Index chunk = std::min(hidden.rows, windowsAtOnce * sequenceLength);
    const RotaryTable rotary(m_spec, sequenceLength);
    Scratch scratch(*this, chunk);
    for (Index first = 0; first < hidden.rows; first += chunk) {
        job.throwIfCancelled();
        const auto rows = hidden.rowRange(first, std::min(chunk, hidden.rows - first));
        attention(rows, sequenceLength, rotary, scratch, tap);
        job.throwIfCancelled();
        feedForward(rows, scratch, tap);
    }
}

void Block::attention(MatrixView<float> hidden, Index sequenceLength, const RotaryTable& rotary, Scratch& scratch,
                      const TapFunction& tap) const {
    const auto normed = scratch.normed.view().rowRange(0, hidden.rows);
    const auto qkv = scratch.qkv.view().rowRange(0, hidden.rows);
    const auto mixed = scratch.mixed.view().rowRange(0, hidden.rows);
    normalise(hidden, m_inputNorm, m_spec.normEpsilon, normed);
    if (tap)
        tap(InputPlace::Attention, normed);
    m_queryKeyValue.multiply(normed, qkv);
    attend(m_spec, rotary, qkv, sequenceLength, mixed);
    if (tap)
        tap(InputPlace::AttentionOutput, mixed);
    m_attentionOutput.multiply(mixed, hidden, true); // added to the residual stream
}

void Block::feedForward(MatrixView<float> hidden, Scratch& scratch, const TapFunction& tap) const {
    const auto normed = scratch.normed.view().rowRange(0, hidden.rows);
    const auto gateUp = scratch.gateUp.view().rowRange(0, hidden.rows);
    normalise(hidden, m_postAttentionNorm, m_spec.normEpsilon, normed);
    if (tap)
        tap(InputPlace::Mlp, normed);
    m_gateUp.multiply(normed, gateUp);
    const auto gated = scratch.gated.view().rowRange(0, hidden.rows);
    forEachRow(hidden.rows, [&](Index row) {
        siluMultiply(gateUp.row(row), gateUp.row(row) + gated.cols, gated.cols, gated.row(row));
    });
    if (tap)
        tap(InputPlace::MlpOutput, gated);
    m_down.multiply(gated, hidden, true);
}

} // namespace vernier
