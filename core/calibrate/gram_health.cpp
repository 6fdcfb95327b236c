// Grams are examined side by side; Eigen keeps to the thread it is called on.
#define EIGEN_DONT_PARALLELIZE

#include "core/calibrate/gram_health.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

namespace vernier {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Smaller eigenvalues than this share of the largest are rounding of float32 sums.
constexpr double kResolution = 1e-7;

/// Some of the eigenvalues, rising, and the directions whose share of the trace they leave out.
struct Spectrum {
    VectorXd values;
    double restOfTrace = 0;
    Index restOfDirections = 0;
};

VectorXd eigenvaluesOf(const MatrixXd& symmetric) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(symmetric, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success)
        throw Error(ErrorKind::Numeric, "Gram", "its eigenvalues were not found", "check the activations");
    return solver.eigenvalues().cwiseMax(0);
}

/// Columns L [in, kNystromColumns] with H ≈ L Lᵀ: each step takes the channel of which most is left.
Spectrum nystromSpectrum(MatrixView<const float> gram, const VectorXd& diagonal, const JobContext& job) {
    const Index n = gram.rows;
    MatrixXd columns = MatrixXd::Zero(n, kNystromColumns);
    VectorXd left = diagonal;
    Index rank = 0;
    for (; rank < kNystromColumns; ++rank) {
        job.throwIfCancelled();
        Index pivot = 0;
        const double most = left.maxCoeff(&pivot);
        if (most <= kResolution * diagonal.maxCoeff())
            break;
        const Eigen::Map<const Eigen::VectorXf> column(gram.row(pivot), n); // symmetric
        VectorXd next = column.cast<double>();
        next.noalias() -= columns.leftCols(rank) * columns.row(pivot).head(rank).transpose();
        columns.col(rank) = next / std::sqrt(most);
        left -= columns.col(rank).cwiseAbs2();
        left = left.cwiseMax(0);
        left(pivot) = 0;
    }
    const auto used = columns.leftCols(rank);
    return {eigenvaluesOf(used.transpose() * used), left.sum(), n - rank};
}

Spectrum spectrumOf(MatrixView<const float> gram, const VectorXd& diagonal, const JobContext& job) {
    if (gram.rows > kExactEigenvalues)
        return nystromSpectrum(gram, diagonal, job);
    using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const RowMajor, 0, Eigen::OuterStride<>> map(gram.data, gram.rows, gram.cols,
                                                                  Eigen::OuterStride<>(gram.stride));
    return {eigenvaluesOf(map.cast<double>()), 0, 0};
}

double entropyTerm(double share) {
    return share > 0 ? -share * std::log(share) : 0;
}

double effectiveRank(const Spectrum& spectrum) {
    const double sum = spectrum.values.sum() + spectrum.restOfTrace;
    double entropy = 0;
    for (const double value : spectrum.values)
        entropy += entropyTerm(value / sum);
    if (spectrum.restOfDirections > 0) {
        const auto directions = static_cast<double>(spectrum.restOfDirections);
        entropy += directions * entropyTerm(spectrum.restOfTrace / sum / directions);
    }
    return std::exp(entropy);
}

double channelCoverage(const VectorXd& diagonal, double share) {
    std::vector<double> sorted(diagonal.begin(), diagonal.end());
    const auto middle = sorted.begin() + (std::ssize(sorted) - 1) / 2;
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double least = share * share * *middle; // the diagonal is the squares
    return static_cast<double>((diagonal.array() > 0 && diagonal.array() >= least).count()) /
           static_cast<double>(diagonal.size());
}

} // namespace

void GramHealthOptions::validate() const {
    const auto refuse = [](const char* field, double value) {
        throw Error(ErrorKind::Input, field, fmt::format("{} is not between 0 and 1", value), "choose a share");
    };
    if (!(rankTolerance > 0 && rankTolerance < 1))
        refuse("rank tolerance", rankTolerance);
    if (!(coverageShare > 0 && coverageShare < 1))
        refuse("coverage share", coverageShare);
}

GramHealth gramHealth(const Gram& gram, const GramHealthOptions& options, const JobContext& job) {
    options.validate();
    job.throwIfCancelled();
    GramHealth health;
    health.channels = gram.in();
    health.tokens = gram.tokens();
    if (health.tokens == 0 || health.channels == 0)
        return health;
    const MatrixView<const float> sum = gram.sum();
    VectorXd diagonal(health.channels);
    for (Index i = 0; i < health.channels; ++i)
        diagonal(i) = double{sum(i, i)};
    if (!diagonal.allFinite())
        throw Error(ErrorKind::Numeric, "Gram", "is not finite", "check the activations");
    health.deadChannels = (diagonal.array() == 0).count();
    health.channelCoverage = channelCoverage(diagonal, options.coverageShare);
    health.estimated = health.channels > kExactEigenvalues;
    if (health.deadChannels == health.channels)
        return health;

    const Spectrum spectrum = spectrumOf(sum, diagonal, job);
    const double largest = spectrum.values.maxCoeff();
    health.numericalRank = (spectrum.values.array() > options.rankTolerance * largest).count();
    health.effectiveRank = effectiveRank(spectrum);
    double smallest = spectrum.values.minCoeff();
    if (spectrum.restOfDirections > 0)
        smallest = std::min(smallest, spectrum.restOfTrace / static_cast<double>(spectrum.restOfDirections));
    health.log10Condition = std::log10(largest / std::max(smallest, kResolution * largest));
    return health;
}

} // namespace vernier
