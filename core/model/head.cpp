#include "core/model/head.h"

#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

namespace vernier {

Head::Head(const Model& model)
    : m_epsilon(model.spec.normEpsilon), m_norm(model.checkpoint.vector("model.norm.weight", model.spec.hiddenSize)),
      m_projection(model.checkpoint.matrix(model.headName(), model.spec.vocabularySize, model.spec.hiddenSize).view()) {
}

void Head::logits(MatrixView<const float> hidden, MatrixView<float> logits) const {
    Matrix normed(hidden.rows, hidden.cols);
    parallelFor(hidden.rows, [&](Index row) {
        rmsNormRow(hidden.row(row), m_norm.data(), m_epsilon, hidden.cols, normed.view().row(row));
    });
    m_projection.multiply(normed.view(), logits);
}

} // namespace vernier
