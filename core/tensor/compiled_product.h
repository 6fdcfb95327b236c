#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"
#include "core/tensor/precision.h"

#include <oneapi/dnnl/dnnl.hpp>

namespace vernier {

/// Is a matrix product y [rows, out] = x [rows, in] · weight [in, out], compiled by oneDNN for one shape and precision
/// (arXiv 2104.05755 describes the kernels). Internal to core/tensor, and the one place that knows in what the versions
/// of the library differ. Always compiled for one thread, so that neither its layouts nor its order of summing depend
/// on how many there are; any number of threads may run it at once on different rows.
class CompiledProduct {
public:
    struct Shape {
        Index rows, in, out;
        bool accumulate = false; ///< y += instead of y =
    };

    /// weight: the layout of a weight that is packed already; a zero one lets the library choose (weightLayout()).
    CompiledProduct(const Shape& shape, Precision precision, const dnnl::memory::desc& weight = {});

    dnnl::memory::desc inputLayout() const { return m_description.src_desc(); } ///< x, row-major
    dnnl::memory::desc weightLayout() const { return m_description.weights_desc(); }

    /// x: rows · in elements of the precision, row-major; y: rows · out floats, row-major.
    void run(const void* x, const dnnl::memory& weight, float* y) const;

private:
    dnnl::matmul::primitive_desc m_description;
    dnnl::matmul m_primitive;
};

/// Holds memory of a layout; filled by pack().
dnnl::memory allocate(const dnnl::memory::desc& layout);

/// Copies a matrix into the layout of to, rounding half to even where that is bfloat16; its first dimension is the rows
/// of from, or the columns when transposed.
void pack(MatrixView<const float> from, bool transposed, dnnl::memory& to);

/// pack() of a weight [out, in] as [in, out], a piece after the other, looking at the job in between: the head of a
/// large vocabulary takes a second. Throws Cancelled.
void packWeight(MatrixView<const float> weight, dnnl::memory& to, const JobContext& job);

} // namespace vernier
