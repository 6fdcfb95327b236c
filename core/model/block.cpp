#include "core/model/block.h"

#include "core/base/error.h"
#include "core/model/rows.h"
#include "core/tensor/vector_math.h"

#include <algorithm>

namespace vernier {

namespace {

// Tokens in flight at once, at least one window: enough for large products, few enough that the buffers stay small.
// Fixed, so that sums over chunks do not depend on the machine.
constexpr Index kChunkTokens = 2048;

// Input groups of a block, as ArchitectureSpec::inputGroups() lists them.
constexpr std::size_t kAttentionInput = 0, kAttentionOutput = 1, kFeedForwardInput = 2;

Norm requiredNorm(const Model& model, int block, const std::string& name, const ModelChanges& changes) {
    return Norm(model, model.spec.linearName(block, name), model.spec.hiddenSize, changes);
}

std::optional<Norm> norm(const Model& model, int block, const std::string& name, Index size,
                         const ModelChanges& changes) {
    if (name.empty())
        return std::nullopt;
    return Norm(model, model.spec.linearName(block, name), size, changes);
}

Projection projection(const Model& model, int block, std::size_t group, const ModelChanges& changes,
                      Precision precision, const JobContext& job) {
    return Projection(model, block, model.spec.inputGroups(block).at(group), changes, precision, job);
}

std::variant<FeedForward, Mixture> feedForwardOf(const Model& model, int block, const ModelChanges& changes,
                                                 Precision precision, const JobContext& job, ExpertMemory experts) {
    if (model.spec.blockSpec(block).sparse)
        return Mixture(model, block, changes, precision, job, experts);
    return FeedForward(model, block, kFeedForwardInput, changes, precision, job);
}

ScoreSpec scoreOf(const ArchitectureSpec& spec, int block) {
    return {static_cast<float>(spec.attentionScale), static_cast<float>(spec.attentionCap),
            spec.blockSpec(block).slidingWindow};
}

/// hidden += branch. Branches are products of their own, so that numbers are the same whether their tap is observed or
/// not.
void addRows(MatrixView<const float> branch, MatrixView<float> hidden) {
    forEachRow(hidden.rows, [&](Index row) { addTo(hidden.row(row), branch.row(row), hidden.cols); });
}

} // namespace

struct Block::Scratch {
    Matrix normed, projected, mixed, branch;
    std::variant<FeedForward::Buffers, Mixture::Buffers> inner;

    Scratch(const Block& block, Index tokens)
        : normed(tokens, block.m_spec.hiddenSize), projected(tokens, block.m_queryKeyValue.out()),
          mixed(tokens, block.m_attentionOutput.in()), branch(tokens, block.m_spec.hiddenSize) {
        if (const auto* dense = std::get_if<FeedForward>(&block.m_feedForward))
            inner = dense->buffers(tokens);
        else
            inner = std::get<Mixture>(block.m_feedForward).buffers(tokens);
    }
};

Block::Block(const Model& model, int index, const ModelChanges& changes, Precision precision, const JobContext& job,
             ExpertMemory experts)
    : m_spec(model.spec), m_index(index), m_layout(model.spec), m_score(scoreOf(model.spec, index)),
      m_attentionNorm(requiredNorm(model, index, m_spec.names.attentionNorm, changes)),
      m_feedForwardNorm(requiredNorm(model, index, m_spec.names.feedForwardNorm, changes)),
      m_queryNorm(norm(model, index, m_spec.names.queryNorm, m_spec.headSize, changes)),
      m_keyNorm(norm(model, index, m_spec.names.keyNorm, m_spec.headSize, changes)),
      m_afterAttentionNorm(norm(model, index, m_spec.names.afterAttentionNorm, m_spec.hiddenSize, changes)),
      m_afterFeedForwardNorm(norm(model, index, m_spec.names.afterFeedForwardNorm, m_spec.hiddenSize, changes)),
      m_queryKeyValue(projection(model, index, kAttentionInput, changes, precision, job)),
      m_attentionOutput(projection(model, index, kAttentionOutput, changes, precision, job)),
      m_feedForward(feedForwardOf(model, index, changes, precision, job, experts)),
      m_rounding(changes.roundingOf(index)) {}

void Block::forward(MatrixView<float> hidden, Index sequenceLength, const JobContext& job,
                    const TapRequest& request) const {
    const Index windowsAtOnce = std::max<Index>(1, kChunkTokens / sequenceLength);
    const Index chunk = std::min(hidden.rows, windowsAtOnce * sequenceLength);
    const RotarySpec* angles = m_spec.rotaryOf(m_index);
    const auto rotary = angles ? std::optional(RotaryTable(*angles, sequenceLength)) : std::nullopt;
    Scratch scratch(*this, chunk);
    BlockTaps taps(m_spec, m_index, request);
    for (Index first = 0; first < hidden.rows; first += chunk) {
        taps.beginChunk(first);
        const auto rows = hidden.rowRange(first, std::min(chunk, hidden.rows - first));
        run(rows, scratch, taps, job, [&](MatrixView<float> projected, MatrixView<float> mixed) {
            prepareHeads(m_layout, m_queryNorm, m_keyNorm, rotary ? &*rotary : nullptr, projected, sequenceLength);
            showCached(projected, taps);
            roundCached(projected);
            attendWindows(m_layout, m_score, projected, sequenceLength, mixed, job);
        });
        taps.residual(rows);
    }
}

KeyValueCache Block::cache(Index capacity) const {
    return {Matrix(capacity, m_layout.cached()), Matrix(capacity, m_layout.cached()), 0};
}

void Block::forwardNext(MatrixView<float> hidden, const RotaryTable* rotary, KeyValueCache& cache,
                        const JobContext& job) const {
    const Index tokens = hidden.rows, length = cache.length + tokens;
    if (length > cache.keys.rows())
        throw Error(ErrorKind::Internal, "key/value cache", "more tokens than it was made for");
    const TapRequest none;
    const BlockTaps taps(m_spec, m_index, none);
    Scratch scratch(*this, tokens);
    run(hidden, scratch, taps, job, [&](MatrixView<float> projected, MatrixView<float> mixed) {
        prepareHeads(m_layout, m_queryNorm, m_keyNorm, rotary, projected, tokens, cache.length);
        roundCached(projected);
        copyKeys(m_layout, projected, cache.keys.view().rowRange(cache.length, tokens));
        copyValues(m_layout, projected, cache.values.view().rowRange(cache.length, tokens));
        attendCached(m_layout, m_score, projected, cache.keys.view().rowRange(0, length),
                     cache.values.view().rowRange(0, length), mixed, job);
    });
    cache.length = length;
}

template <class Attend>
void Block::run(MatrixView<float> hidden, Scratch& scratch, const BlockTaps& taps, const JobContext& job,
                const Attend& attend) const {
    const auto normed = scratch.normed.view().rowRange(0, hidden.rows);
    const auto projected = scratch.projected.view().rowRange(0, hidden.rows);
    const auto mixed = scratch.mixed.view().rowRange(0, hidden.rows);
    const auto branch = scratch.branch.view().rowRange(0, hidden.rows);
    m_attentionNorm.apply(hidden, normed);
    taps.input(kAttentionInput, normed);
    m_rounding.roundInput(kAttentionInput, normed);
    m_queryKeyValue.apply(normed, projected, job);
    taps.outputs(kAttentionInput, projected);
    attend(projected, mixed);
    taps.input(kAttentionOutput, mixed);
    m_rounding.roundInput(kAttentionOutput, mixed);
    m_attentionOutput.apply(mixed, branch, job);
    taps.outputs(kAttentionOutput, branch);
    if (m_afterAttentionNorm)
        m_afterAttentionNorm->apply(branch, branch);
    if (m_spec.parallel)
        m_feedForwardNorm.apply(hidden, normed); // both branches read the stream as it came
    addRows(branch, hidden);
    if (!m_spec.parallel)
        m_feedForwardNorm.apply(hidden, normed);
    feedForward(normed, scratch, branch, taps, job);
    if (m_afterFeedForwardNorm)
        m_afterFeedForwardNorm->apply(branch, branch);
    addRows(branch, hidden);
}

void Block::showCached(MatrixView<const float> projected, const BlockTaps& taps) const {
    Matrix copy;
    const auto show = [&](TapKind kind, Index first, auto copyHeads) -> MatrixView<const float> {
        if (m_spec.headOrder == HeadOrder::Kinds || !taps.wants(kind)) // already side by side, or nobody looks
            return projected.colRange(first, m_layout.cached());
        copy = Matrix(projected.rows, m_layout.cached());
        copyHeads(m_layout, projected, copy.view());
        return copy.view();
    };
    taps.key(show(TapKind::Key, m_layout.keyFirst, copyKeys));
    taps.value(show(TapKind::Value, m_layout.valueFirst, copyValues));
}

void Block::roundCached(MatrixView<float> projected) const {
    if (!m_rounding.cached)
        return;
    for (Index head = 0; head < m_layout.keyValueHeads; ++head) {
        m_rounding.cached(projected.colRange(m_layout.key(head), m_layout.headSize));
        m_rounding.cached(projected.colRange(m_layout.value(head), m_layout.headSize));
    }
}

void Block::feedForward(MatrixView<float> normed, Scratch& scratch, MatrixView<float> branch, const BlockTaps& taps,
                        const JobContext& job) const {
    if (const auto* dense = std::get_if<FeedForward>(&m_feedForward))
        dense->apply(normed, std::get<FeedForward::Buffers>(scratch.inner), branch, taps, m_rounding, job);
    else
        std::get<Mixture>(m_feedForward)
            .apply(normed, std::get<Mixture::Buffers>(scratch.inner), branch, taps, m_rounding, job);
}

} // namespace vernier
