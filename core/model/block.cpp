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

// Input groups of a block, as ArchitectureSpec::inputGroups() lists them.
constexpr std::size_t kAttentionInput = 0, kAttentionOutput = 1, kFeedForwardInput = 2, kFeedForwardOutput = 3;

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

/// hidden += branch; the branch is a product of its own, so that numbers are the same whether its tap is observed or
/// not.
void addRows(MatrixView<const float> branch, MatrixView<float> hidden) {
    forEachRow(hidden.rows, [&](Index row) { addTo(hidden.row(row), branch.row(row), hidden.cols); });
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
    Matrix normed, qkv, mixed, gateUp, gated, branch;

    Scratch(const Block& block, Index tokens)
        : normed(tokens, block.m_spec.hiddenSize), qkv(tokens, block.m_queryKeyValue.out()),
          mixed(tokens, block.m_attentionOutput.in()), gateUp(tokens, block.m_gateUp.out()),
          gated(tokens, block.m_down.in()), branch(tokens, block.m_spec.hiddenSize) {}
};

struct Block::Taps {
    const TapRequest& request;
    std::size_t groups = 0;               ///< linear inputs come first
    std::vector<std::size_t> firstOutput; ///< per group, the tap of its first linear's output
    std::vector<std::vector<Index>> out;  ///< per group, the channels of its linears
    Index firstRow = 0;                   ///< of the chunk that is running

    Taps(const ArchitectureSpec& spec, int block, const TapRequest& request_) : request(request_) {
        std::size_t next = groups = spec.inputGroups(block).size();
        for (const InputGroup& group : spec.inputGroups(block)) {
            firstOutput.push_back(next);
            next += group.linears.size();
            out.emplace_back();
            for (const LinearSpec& linear : group.linears)
                out.back().push_back(linear.out);
        }
        m_key = next;
    }

    void input(std::size_t group, MatrixView<const float> values) const { show(TapKind::LinearInput, group, values); }
    /// The outputs of a group's linears, side by side.
    void outputs(std::size_t group, MatrixView<const float> values) const {
        Index at = 0;
        for (std::size_t i = 0; i < out[group].size(); at += out[group][i++])
            show(TapKind::LinearOutput, firstOutput[group] + i, values.colRange(at, out[group][i]));
    }
    void key(MatrixView<const float> values) const { show(TapKind::Key, m_key, values); }
    void value(MatrixView<const float> values) const { show(TapKind::Value, m_key + 1, values); }
    void residual(MatrixView<const float> values) const { show(TapKind::Residual, m_key + 2, values); }

private:
    std::size_t m_key = 0;

    void show(TapKind kind, std::size_t tap, MatrixView<const float> values) const {
        if (request.wants(kind))
            request.observe({tap, values, firstRow, {}});
    }
};

Block::Block(const Model& model, int index, const LinearSource& replaced) : m_spec(model.spec), m_index(index) {
    const std::string prefix = m_spec.blockPrefix(index);
    m_inputNorm = model.checkpoint.vector(prefix + ".input_layernorm.weight", m_spec.hiddenSize);
    m_postAttentionNorm = model.checkpoint.vector(prefix + ".post_attention_layernorm.weight", m_spec.hiddenSize);
    const auto groups = m_spec.inputGroups(index);
    const auto pack = [&](std::size_t group) { return packGroup(model, index, groups[group], replaced); };
    m_queryKeyValue = pack(kAttentionInput);
    m_attentionOutput = pack(kAttentionOutput);
    m_gateUp = pack(kFeedForwardInput);
    m_down = pack(kFeedForwardOutput);
}

void Block::forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                    const TapRequest& request) const {
    const Index windowsAtOnce = std::max<Index>(1, kChunkTokens / sequenceLength);
    const Index chunk = std::min(hidden.rows, windowsAtOnce * sequenceLength);
    const RotaryTable rotary(m_spec, sequenceLength);
    Scratch scratch(*this, chunk);
    Taps taps(m_spec, m_index, request);
    for (Index first = 0; first < hidden.rows; first += chunk) {
        job.throwIfCancelled();
        taps.firstRow = first;
        const auto rows = hidden.rowRange(first, std::min(chunk, hidden.rows - first));
        attention(rows, sequenceLength, rotary, scratch, taps);
        job.throwIfCancelled();
        feedForward(rows, scratch, taps);
        taps.residual(rows);
    }
}

void Block::attention(MatrixView<float> hidden, Index sequenceLength, const RotaryTable& rotary, Scratch& scratch,
                      const Taps& taps) const {
    const auto normed = scratch.normed.view().rowRange(0, hidden.rows);
    const auto qkv = scratch.qkv.view().rowRange(0, hidden.rows);
    const auto mixed = scratch.mixed.view().rowRange(0, hidden.rows);
    const auto branch = scratch.branch.view().rowRange(0, hidden.rows);
    normalise(hidden, m_inputNorm, m_spec.normEpsilon, normed);
    taps.input(kAttentionInput, normed);
    m_queryKeyValue.multiply(normed, qkv);
    taps.outputs(kAttentionInput, qkv);
    rotate(m_spec, rotary, qkv, sequenceLength);
    const Index queries = m_spec.heads * m_spec.headSize, cached = m_spec.keyValueHeads * m_spec.headSize;
    taps.key(qkv.colRange(queries, cached));
    taps.value(qkv.colRange(queries + cached, cached));
    attend(m_spec, qkv, sequenceLength, mixed);
    taps.input(kAttentionOutput, mixed);
    m_attentionOutput.multiply(mixed, branch);
    taps.outputs(kAttentionOutput, branch);
    addRows(branch, hidden);
}

void Block::feedForward(MatrixView<float> hidden, Scratch& scratch, const Taps& taps) const {
    const auto normed = scratch.normed.view().rowRange(0, hidden.rows);
    const auto gateUp = scratch.gateUp.view().rowRange(0, hidden.rows);
    const auto branch = scratch.branch.view().rowRange(0, hidden.rows);
    normalise(hidden, m_postAttentionNorm, m_spec.normEpsilon, normed);
    taps.input(kFeedForwardInput, normed);
    m_gateUp.multiply(normed, gateUp);
    taps.outputs(kFeedForwardInput, gateUp);
    const auto gated = scratch.gated.view().rowRange(0, hidden.rows);
    forEachRow(hidden.rows, [&](Index row) {
        siluMultiply(gateUp.row(row), gateUp.row(row) + gated.cols, gated.cols, gated.row(row));
    });
    taps.input(kFeedForwardOutput, gated);
    m_down.multiply(gated, branch);
    taps.outputs(kFeedForwardOutput, branch);
    addRows(branch, hidden);
}

} // namespace vernier
