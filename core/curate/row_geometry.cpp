#include "core/curate/row_geometry.h"

#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vernier {

namespace {

constexpr Index kRowsPerTask = 1024;
constexpr Index kLanes = 16;

VERNIER_MULTIVERSION float laneDot(const float* a, const float* b, Index n) {
    float lanes[kLanes] = {};
    Index i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (Index lane = 0; lane < kLanes; ++lane)
            lanes[lane] += a[i + lane] * b[i + lane];
    float sum = 0;
    for (; i < n; ++i)
        sum += a[i] * b[i];
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

std::vector<double> meanRow(MatrixView<const float> rows) {
    std::vector<double> mean(static_cast<std::size_t>(rows.cols));
    for (Index row = 0; row < rows.rows; ++row)
        for (Index i = 0; i < rows.cols; ++i)
            mean[static_cast<std::size_t>(i)] += double{rows(row, i)};
    for (double& value : mean)
        value /= static_cast<double>(std::max<Index>(rows.rows, 1));
    return mean;
}

} // namespace

Matrix centredUnitRows(MatrixView<const float> rows) {
    const std::vector<double> mean = meanRow(rows);
    Matrix unit(rows.rows, rows.cols);
    parallelFor((rows.rows + kRowsPerTask - 1) / kRowsPerTask, [&](Index task) {
        for (Index row = task * kRowsPerTask; row < std::min(rows.rows, (task + 1) * kRowsPerTask); ++row) {
            double squares = 0, all = 0;
            for (Index i = 0; i < rows.cols; ++i) {
                const double value = double{rows(row, i)}, centred = value - mean[static_cast<std::size_t>(i)];
                unit(row, i) = static_cast<float>(centred);
                squares += centred * centred;
                all += value * value;
            }
            // What rounding leaves of a row equal to the mean has no direction.
            const double scale = squares > 1e-12 * all ? 1.0 / std::sqrt(squares) : 0.0;
            for (Index i = 0; i < rows.cols; ++i)
                unit(row, i) = static_cast<float>(double{unit(row, i)} * scale);
        }
    });
    return unit;
}

Matrix gatherRows(MatrixView<const float> rows, std::span<const std::uint32_t> which) {
    Matrix gathered(static_cast<Index>(which.size()), rows.cols);
    for (std::size_t i = 0; i < which.size(); ++i)
        std::copy_n(rows.row(static_cast<Index>(which[i])), rows.cols, gathered.view().row(static_cast<Index>(i)));
    return gathered;
}

float dot(const float* a, const float* b, Index n) {
    return laneDot(a, b, n);
}

} // namespace vernier
