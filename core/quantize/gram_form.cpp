#include "core/quantize/gram_form.h"

#include "core/tensor/gemm.h"
#include "core/tensor/multiversion.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr Index kPanel = 512;

// Partial sums in a fixed number of lanes vectorise without leave to reorder.
VERNIER_MULTIVERSION double dot(const float* x, const float* y, Index n) {
    constexpr Index kLanes = 32;
    double sums[kLanes] = {};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index k = 0; k < kLanes; ++k)
            sums[k] += static_cast<double>(x[i + k]) * static_cast<double>(y[i + k]);
    for (; i < n; ++i)
        sums[0] += static_cast<double>(x[i]) * static_cast<double>(y[i]);
    double sum = 0;
    for (const double lane : sums)
        sum += lane;
    return sum;
}

} // namespace

// H is symmetric, so the products of a panel of columns with later columns count twice and those with earlier ones need
// not be made: half the work of D H.
double gramForm(MatrixView<const float> d, MatrixView<const float> gram, const JobContext& job) {
    const Index in = d.cols;
    Matrix scratch(d.rows, std::min(kPanel, in));
    double sum = 0;
    for (Index first = 0; first < in; first += kPanel) {
        job.throwIfCancelled();
        const Index cols = std::min(kPanel, in - first), rest = in - first - cols;
        const MatrixView<const float> panel = d.colRange(first, cols);
        const MatrixView<float> product = scratch.view().colRange(0, cols);
        multiplyTransposed(panel, gram.rowRange(first, cols).colRange(first, cols), product, 0.5f);
        if (rest > 0)
            multiply(d.colRange(first + cols, rest), gram.rowRange(first + cols, rest).colRange(first, cols), product,
                     1.0f);
        for (Index row = 0; row < d.rows; ++row)
            sum += 2.0 * dot(panel.row(row), product.row(row), cols);
    }
    return sum;
}

} // namespace vernier
