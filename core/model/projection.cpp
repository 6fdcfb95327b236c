#include "core/model/projection.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>

namespace vernier {

namespace {

// Rows that one thread multiplies before it looks whether the job was cancelled; the block size of packed products.
constexpr Index kRowBlock = 256;

Matrix weightOf(const Model& model, int block, const LinearSpec& linear, const ModelChanges& changes,
                const JobContext& job) {
    const std::string name = model.spec.linearName(block, linear.name);
    if (changes.linears)
        if (auto weight = changes.linears(name)) {
            if (weight->rows() != linear.out || weight->cols() != linear.in)
                throw Error(ErrorKind::Internal, name, "replaced by another shape");
            return std::move(*weight);
        }
    return model.linear(block, linear, job);
}

PackedWeight packGroup(const Model& model, int block, const InputGroup& group, const ModelChanges& changes,
                       Precision precision, const JobContext& job) {
    if (group.linears.size() == 1)
        return PackedWeight(weightOf(model, block, group.linears.front(), changes, job).view(), precision, job);
    Matrix stacked(group.out(), group.in());
    Index at = 0;
    for (const LinearSpec& linear : group.linears) {
        const Matrix weight = weightOf(model, block, linear, changes, job);
        std::ranges::copy(weight.values(), stacked.view().row(at));
        at += linear.out;
    }
    return PackedWeight(stacked.view(), precision, job);
}

} // namespace

Projection::Projection(const Model& model, int block, const InputGroup& group, const ModelChanges& changes,
                       Precision precision, const JobContext& job)
    : m_weight(packGroup(model, block, group, changes, precision, job)) {
    for (const LinearSpec& linear : group.linears)
        if (linear.bias) {
            const auto bias = changes.vector(model, model.spec.linearName(block, linear.name) + ".bias", linear.out);
            m_bias.insert(m_bias.end(), bias.begin(), bias.end());
        }
}

void Projection::apply(MatrixView<const float> x, MatrixView<float> y, const JobContext& job) const {
    parallelFor((x.rows + kRowBlock - 1) / kRowBlock, [&](Index block) {
        job.throwIfCancelled();
        const Index first = block * kRowBlock, rows = std::min(kRowBlock, x.rows - first);
        m_weight.multiply(x.rowRange(first, rows), y.rowRange(first, rows));
        if (!m_bias.empty())
            for (Index row = first; row < first + rows; ++row)
                addTo(y.row(row), m_bias.data(), y.cols);
    });
}

} // namespace vernier
