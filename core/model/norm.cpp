#include "core/model/norm.h"

#include "core/model/rows.h"
#include "core/tensor/vector_math.h"

namespace vernier {

Norm::Norm(const Model& model, const std::string& name, Index size, const ModelChanges& changes)
    : m_centred(model.spec.norm == NormKind::Layer), m_epsilon(model.spec.normEpsilon),
      m_weight(changes.vector(model, name + ".weight", size)) {
    if (m_centred)
        m_bias = changes.vector(model, name + ".bias", size);
    if (model.spec.norm == NormKind::RmsPlusOne)
        for (float& weight : m_weight)
            weight += 1.0f;
}

void Norm::applyRow(const float* x, float* y) const {
    const auto size = std::ssize(m_weight);
    if (m_centred)
        layerNormRow(x, m_weight.data(), m_bias.data(), m_epsilon, size, y);
    else
        rmsNormRow(x, m_weight.data(), m_epsilon, size, y);
}

void Norm::apply(MatrixView<const float> x, MatrixView<float> y) const {
    forEachRow(x.rows, [&](Index row) { applyRow(x.row(row), y.row(row)); });
}

} // namespace vernier
