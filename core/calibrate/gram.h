#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>

namespace vernier {

/// Sums the outer products of a linear's inputs: H = Σ x xᵀ over tokens, [in, in], in float32 as a plain sum (divide by
/// tokens for the mean). Shared by the linears that read the same input. Mergeable.
class Gram {
public:
    Gram() = default;
    explicit Gram(Index in) : m_sum(in, in) {}
    /// Takes a full symmetric sum, for example one read from the cache.
    Gram(Matrix sum, std::uint64_t tokens) : m_sum(std::move(sum)), m_tokens(tokens) {}

    /// Adds the rows of x [tokens, in].
    void observe(MatrixView<const float> x);
    /// Adds what another Gram saw; same size.
    void merge(const Gram& other);

    Index in() const { return m_sum.rows(); }
    std::uint64_t tokens() const { return m_tokens; }
    /// The full symmetric sum [in, in].
    MatrixView<const float> sum() const { return m_sum.view(); }

private:
    Matrix m_sum;
    std::uint64_t m_tokens = 0;
};

} // namespace vernier
