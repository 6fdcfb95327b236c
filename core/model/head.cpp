#include "core/model/head.h"

#include "core/model/rows.h"
#include "core/tensor/activations.h"

namespace vernier {

Head::Head(const Model& model, Precision precision, const JobContext& job)
    : m_norm(model, model.spec.names.finalNorm, model.spec.hiddenSize),
      m_projection(model.matrix(model.headName(), model.spec.vocabularySize, model.spec.hiddenSize, job).view(),
                   precision, job),
      m_cap(static_cast<float>(model.spec.logitCap)) {}

void Head::logits(MatrixView<const float> hidden, MatrixView<float> logits) const {
    Matrix normed(hidden.rows, hidden.cols);
    m_norm.apply(hidden, normed.view());
    m_projection.multiply(normed.view(), logits);
    if (m_cap > 0)
        forEachRow(logits.rows, [&](Index row) { softCapRow(m_cap, logits.row(row), logits.cols); });
}

} // namespace vernier
