#pragma once

#include "core/model/norm.h"
#include "core/tensor/packed_weight.h"

namespace vernier {

/// Holds what follows the last block: the final norm and the projection to the vocabulary. Immutable.
class Head {
public:
    /// The projection is computed in the given precision, the norm in float32.
    /// Throws Cancelled.
    explicit Head(const Model& model, Precision precision = Precision::F32, const JobContext& job = {});

    Index vocabularySize() const { return m_projection.out(); }

    /// logits [rows, vocabulary] of hidden [rows, hiddenSize] as the last block left them.
    void logits(MatrixView<const float> hidden, MatrixView<float> logits) const;

private:
    Norm m_norm;
    PackedWeight m_projection;
    float m_cap;
};

} // namespace vernier
