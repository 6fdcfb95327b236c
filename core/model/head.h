#pragma once

#include "core/model/model.h"
#include "core/tensor/packed_weight.h"

#include <vector>

namespace vernier {

/// Holds what follows the last block: the final norm and the projection to the vocabulary. Immutable.
class Head {
public:
    explicit Head(const Model& model);

    Index vocabularySize() const { return m_projection.out(); }

    /// logits [rows, vocabulary] of hidden [rows, hiddenSize] as the last block left them.
    void logits(MatrixView<const float> hidden, MatrixView<float> logits) const;

private:
    float m_epsilon;
    std::vector<float> m_norm;
    PackedWeight m_projection;
};

} // namespace vernier
