#pragma once

#include "core/tensor/matrix.h"

#include <memory>

namespace vernier {

/// Holds a weight [out, in] in the layout that the CPU's matrix product wants; packed once, used for many products.
/// Immutable after construction; any number of threads may multiply by it.
class PackedWeight {
public:
    PackedWeight();
    explicit PackedWeight(MatrixView<const float> weight);
    PackedWeight(PackedWeight&&) noexcept;
    PackedWeight& operator=(PackedWeight&&) noexcept;
    ~PackedWeight();

    Index in() const;
    Index out() const;

    /// y [tokens, out] = x [tokens, in] · weightᵀ, or y += that when accumulate. Works in row blocks of fixed size, one
    /// thread each, so that a result does not depend on the number of threads.
    void multiply(MatrixView<const float> x, MatrixView<float> y, bool accumulate = false) const;

private:
    struct Packed;
    std::unique_ptr<Packed> m_packed;
};

} // namespace vernier
