#pragma once

#include "core/model/model_changes.h"

#include <string>
#include <vector>

namespace vernier {

/// Holds a norm over rows, as the architecture says: RMS norm, or layer norm. Immutable.
class Norm {
public:
    /// Loads the norm of size channels that the checkpoint stores under name, as changed.
    Norm(const Model& model, const std::string& name, Index size, const ModelChanges& changes = {});

    void applyRow(const float* x, float* y) const; ///< y may be x
    /// y = norm(x), both [tokens, size]; y may be x.
    void apply(MatrixView<const float> x, MatrixView<float> y) const;

private:
    bool m_centred;
    float m_epsilon;
    std::vector<float> m_weight, m_bias;
};

} // namespace vernier
