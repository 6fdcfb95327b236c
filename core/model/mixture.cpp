#include "core/model/mixture.h"

#include "core/model/rows.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace vernier {

namespace {

constexpr std::size_t kFirstExpertGroup = 2; // after attention and its output

void scale(std::vector<float>& values, float factor) {
    for (float& value : values)
        value *= factor;
}

} // namespace

Mixture::Mixture(const Model& model, int block, const ModelChanges& changes, Precision precision, const JobContext& job,
                 ExpertMemory memory)
    : m_spec(model.spec.mixture), m_gated(model.spec.gated),
      m_router(model
                   .matrix(model.spec.linearName(block, model.spec.names.router) + ".weight", m_spec.experts,
                           model.spec.hiddenSize, job)
                   .view()),
      m_load([&model, block, changes, precision](std::size_t expert, const JobContext& loading) {
          return FeedForward(model, block, kFirstExpertGroup + 2 * expert, changes, precision, loading);
      }) {
    const auto packed = memory == ExpertMemory::All ? static_cast<std::size_t>(m_spec.experts) : 0;
    m_experts.reserve(packed);
    for (std::size_t expert = 0; expert < packed; ++expert)
        m_experts.push_back(m_load(expert, job));
}

Mixture::Buffers Mixture::buffers(Index tokens) const {
    const Index hidden = m_router.in();
    const Index inner = m_spec.intermediateSize;
    return {Matrix(tokens, hidden),
            Matrix(tokens, hidden),
            {Matrix(tokens, m_gated ? 2 * inner : inner), m_gated ? Matrix(tokens, inner) : Matrix()}};
}

std::vector<Mixture::Share> Mixture::route(MatrixView<const float> x) const {
    const auto picked = static_cast<std::size_t>(m_spec.perToken);
    Matrix probabilities(x.rows, m_spec.experts);
    m_router.multiply(x, probabilities.view());
    std::vector<Share> shares(static_cast<std::size_t>(m_spec.experts));
    std::vector<std::size_t> order(shares.size());
    std::vector<float> weights(picked);
    for (Index row = 0; row < x.rows; ++row) {
        float* p = probabilities.view().row(row);
        softmaxRow(p, m_spec.experts);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
        for (std::size_t i = 0; i < picked; ++i)
            weights[i] = p[order[i]];
        if (m_spec.normalised)
            scale(weights, 1.0f / std::accumulate(weights.begin(), weights.end(), 0.0f));
        for (std::size_t i = 0; i < picked; ++i) {
            shares[order[i]].rows.push_back(static_cast<std::int32_t>(row));
            shares[order[i]].weights.push_back(weights[i]);
        }
    }
    return shares;
}

void Mixture::apply(MatrixView<const float> x, Buffers& buffers, MatrixView<float> y, const BlockTaps& taps,
                    const BlockRounding& rounding, const JobContext& job) const {
    const std::vector<Share> shares = route(x);
    forEachRow(y.rows, [&](Index row) { std::fill_n(y.row(row), y.cols, 0.0f); });
    std::optional<FeedForward> loaded;
    for (std::size_t expert = 0; expert < shares.size(); ++expert) {
        const Share& share = shares[expert];
        if (share.rows.empty())
            continue;
        if (m_experts.empty()) {
            loaded.reset(); // never two
            loaded.emplace(m_load(expert, job));
        }
        const FeedForward& layer = m_experts.empty() ? *loaded : m_experts[expert];
        const auto gathered = buffers.gathered.view().rowRange(0, std::ssize(share.rows));
        const auto given = buffers.given.view().rowRange(0, gathered.rows);
        const auto from = [&](Index i) { return Index{share.rows[static_cast<std::size_t>(i)]}; };
        forEachRow(gathered.rows, [&](Index i) { std::copy_n(x.row(from(i)), x.cols, gathered.row(i)); });
        layer.apply(gathered, buffers.inner, given, taps, rounding, job, share.rows);
        forEachRow(gathered.rows, [&](Index i) {
            addScaled(y.row(from(i)), given.row(i), share.weights[static_cast<std::size_t>(i)], y.cols);
        });
    }
}

} // namespace vernier
