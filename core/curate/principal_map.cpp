#include "core/curate/principal_map.h"

#include "core/curate/row_geometry.h"
#include "core/tensor/gemm.h"

#include <algorithm>

#include <Eigen/Eigenvalues>

namespace vernier {

namespace {

constexpr Index kRowsAtOnce = 4096;

Eigen::VectorXd meanOf(MatrixView<const float> rows) {
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(rows.cols);
    for (Index row = 0; row < rows.rows; ++row)
        for (Index i = 0; i < rows.cols; ++i)
            mean[i] += double{rows(row, i)};
    return mean / static_cast<double>(rows.rows);
}

/// Sum of the outer products of rows less their mean; lower triangle.
Eigen::MatrixXd scatter(MatrixView<const float> rows, const Eigen::VectorXd& mean, const JobContext& job) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(rows.cols, rows.cols);
    Matrix centred(std::min(kRowsAtOnce, rows.rows), rows.cols);
    for (Index first = 0; first < rows.rows; first += kRowsAtOnce) {
        job.throwIfCancelled();
        const Index count = std::min(kRowsAtOnce, rows.rows - first);
        for (Index row = 0; row < count; ++row)
            for (Index i = 0; i < rows.cols; ++i)
                centred(row, i) = static_cast<float>(double{rows(first + row, i)} - mean[i]);
        Matrix part(rows.cols, rows.cols);
        const auto seen = centred.view().rowRange(0, count);
        multiplyLeftTransposed(seen, seen, part.view());
        for (Index i = 0; i < rows.cols; ++i)
            for (Index j = 0; j <= i; ++j)
                sum(i, j) += double{part(i, j)};
    }
    return sum;
}

} // namespace

PrincipalMap principalMap(MatrixView<const float> rows, JobContext& job) {
    job.beginStage("map", 1);
    PrincipalMap map;
    map.x.assign(static_cast<std::size_t>(rows.rows), 0.0f);
    map.y = map.x;
    if (rows.rows == 0 || rows.cols == 0)
        return map;
    const Eigen::VectorXd mean = meanOf(rows);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(scatter(rows, mean, job));
    job.throwIfCancelled();
    const double total = solver.eigenvalues().cwiseMax(0.0).sum();
    for (Index axis = 0; axis < std::min<Index>(2, rows.cols); ++axis) {
        const Index at = rows.cols - 1 - axis; // eigenvalues rise
        Eigen::VectorXd direction = solver.eigenvectors().col(at);
        Index largest = 0;
        direction.cwiseAbs().maxCoeff(&largest);
        if (direction[largest] < 0)
            direction = -direction;
        const Eigen::VectorXf narrow = direction.cast<float>();
        const double origin = mean.dot(direction);
        auto& places = axis == 0 ? map.x : map.y;
        for (Index row = 0; row < rows.rows; ++row)
            places[static_cast<std::size_t>(row)] =
                static_cast<float>(double{dot(rows.row(row), narrow.data(), rows.cols)} - origin);
        map.explained[static_cast<std::size_t>(axis)] =
            total > 0 ? std::max(0.0, solver.eigenvalues()[at]) / total : 0.0;
    }
    job.advance();
    return map;
}

} // namespace vernier
