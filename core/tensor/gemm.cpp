#include "core/tensor/gemm.h"

#include "core/base/error.h"

#include <oneapi/dnnl/dnnl.h>

namespace vernier {

namespace {

void check(dnnl_status_t status) {
    if (status != dnnl_success)
        throw Error(ErrorKind::Internal, "matrix product", "the compute library refused the shapes");
}

} // namespace

void multiply(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c, float beta) {
    check(
        dnnl_sgemm('N', 'N', c.rows, c.cols, a.cols, 1.0f, a.data, a.stride, b.data, b.stride, beta, c.data, c.stride));
}

void multiplyTransposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c, float alpha,
                        float beta) {
    check(dnnl_sgemm('N', 'T', c.rows, c.cols, a.cols, alpha, a.data, a.stride, b.data, b.stride, beta, c.data,
                     c.stride));
}

void multiplyLeftTransposed(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> c, float beta) {
    check(
        dnnl_sgemm('T', 'N', c.rows, c.cols, a.rows, 1.0f, a.data, a.stride, b.data, b.stride, beta, c.data, c.stride));
}

} // namespace vernier
