#pragma once

#include "core/model/model_changes.h"
#include "core/tensor/packed_weight.h"

#include <vector>

namespace vernier {

/// Holds the linears of an input group as one weight, one below the other: one product gives all their outputs side by
/// side. Immutable.
class Projection {
public:
    /// Loads and packs the group's linears; weights and biases as changed.
    /// Throws Cancelled.
    Projection(const Model& model, int block, const InputGroup& group, const ModelChanges& changes, Precision precision,
               const JobContext& job);

    Precision precision() const { return m_weight.precision(); }
    Index in() const { return m_weight.in(); }
    Index out() const { return m_weight.out(); }

    /// y [tokens, out] = x [tokens, in] · weightᵀ + bias. Throws Cancelled between row blocks.
    void apply(MatrixView<const float> x, MatrixView<float> y, const JobContext& job) const;

private:
    PackedWeight m_weight;
    std::vector<float> m_bias; ///< empty when no linear has one
};

} // namespace vernier
