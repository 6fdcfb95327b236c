#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"
#include "core/tensor/precision.h"

#include <memory>

namespace vernier {

/// Holds a weight [out, in] in the layout that the CPU's matrix product wants; packed once, used for many products.
/// Immutable after construction; any number of threads may multiply by it.
class PackedWeight {
public:
    PackedWeight();
    /// With BF16 the weight is rounded here, half to even, and takes half the memory; choose it by usablePrecision().
    /// Throws Cancelled.
    explicit PackedWeight(MatrixView<const float> weight, Precision precision = Precision::F32,
                          const JobContext& job = {});
    PackedWeight(PackedWeight&&) noexcept;
    PackedWeight& operator=(PackedWeight&&) noexcept;
    ~PackedWeight();

    Index in() const;
    Index out() const;
    Precision precision() const;

    /// y [tokens, out] = x [tokens, in] · weightᵀ, or y += that when accumulate; with BF16, of x rounded half to even,
    /// the products summed in float32. Works in row blocks of fixed size, one thread each, so that a result does not
    /// depend on the number of threads.
    void multiply(MatrixView<const float> x, MatrixView<float> y, bool accumulate = false) const;

private:
    struct Packed;
    std::unique_ptr<Packed> m_packed;
};

} // namespace vernier
