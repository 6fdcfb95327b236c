#include "core/quantize/awq.h"

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/quantize/gram_form.h"
#include "core/quantize/grid.h"
#include "core/quantize/mean_squares.h"
#include "core/quantize/scaled_row.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 3> kDuoScalings = {"off", "only", "both"};

// s = clamp(meanAbs^r / (meanWeight^(1−r) + 1e-4), 1e-4) / sqrt(max s · min s), so that the factors lie around 1;
// without mean weights nothing is divided by.
std::vector<double> inputScales(std::span<const double> meanAbs, double exponent,
                                const std::vector<double>& meanWeight) {
    std::vector<double> scales(meanAbs.size());
    for (std::size_t i = 0; i < scales.size(); ++i) {
        double scale = std::pow(meanAbs[i], exponent);
        if (!meanWeight.empty())
            scale /= std::pow(meanWeight[i], 1 - exponent) + 1e-4;
        scales[i] = std::max(scale, 1e-4);
    }
    const auto [least, most] = std::minmax_element(scales.begin(), scales.end());
    const double middle = std::sqrt(*least * *most);
    for (double& scale : scales)
        scale /= middle;
    return scales;
}

// The mean over all rows of |w| / (largest |w| of its group + 1e-6), per column.
std::vector<double> meanWeights(std::span<const MatrixView<const float>> weights, const Scheme& scheme) {
    const Index in = weights.front().cols, width = scheme.groupWidth(in);
    std::vector<double> sums(static_cast<std::size_t>(in));
    Index rows = 0;
    for (const auto& weight : weights) {
        rows += weight.rows;
        parallelFor(scheme.groups(in), [&](Index group) {
            const Index first = group * width, count = std::min(width, in - first);
            for (Index row = 0; row < weight.rows; ++row) {
                const float* w = weight.row(row) + first;
                float largest = 0;
                for (Index i = 0; i < count; ++i)
                    largest = std::max(largest, std::abs(w[i]));
                for (Index i = 0; i < count; ++i)
                    sums[static_cast<std::size_t>(first + i)] +=
                        static_cast<double>(std::abs(w[i])) / (static_cast<double>(largest) + 1e-6);
            }
        });
    }
    for (double& sum : sums)
        sum /= static_cast<double>(rows);
    return sums;
}

// D = Q(W s)/s − W of one group, in double until the last step: the difference of nearly equal numbers.
VERNIER_MULTIVERSION void differenceOf(const float* w, const double* s, const double* values, Index n,
                                       float* difference) {
    for (Index i = 0; i < n; ++i)
        difference[i] = static_cast<float>(values[i] / s[i] - static_cast<double>(w[i]));
}

// tr(D H Dᵀ) of one block of rows, D = Q(W s)/s − W.
double lossOfRows(MatrixView<const float> weight, MatrixView<const float> gram, const RtnOptions& options,
                  const GridFinder& finder) {
    const Index in = weight.cols, width = options.scheme.groupWidth(in);
    std::vector<double> scaled(static_cast<std::size_t>(in)), values(scaled.size());
    std::vector<std::uint8_t> codes(scaled.size());
    Matrix difference(weight.rows, in);
    for (Index row = 0; row < weight.rows; ++row) {
        scaleRow(weight, row, options, scaled.data());
        for (Index first = 0; first < in; first += width) {
            const Index count = std::min(width, in - first);
            const double* importance = options.importance.empty() ? nullptr : options.importance.data() + first;
            const GridParameters grid = finder.find(scaled.data() + first, count, importance);
            encodeAll(scaled.data() + first, count, grid, options.scheme, codes.data() + first);
            decodeAll(codes.data() + first, count, grid, options.scheme, values.data() + first);
        }
        differenceOf(weight.row(row), options.inputScales.data(), values.data(), in, difference.view().row(row));
    }
    return gramForm(difference.view(), gram);
}

// The same of a whole weight under the mean Gram, summed in the order of its rows, whichever thread was first.
double lossOf(MatrixView<const float> weight, const Gram& gram, const RtnOptions& options, const JobContext& job) {
    const GridFinder finder = finderFor(weight, options);
    std::vector<double> losses(static_cast<std::size_t>((weight.rows + kGramFormRows - 1) / kGramFormRows));
    parallelFor(std::ssize(losses), [&](Index task) {
        job.throwIfCancelled();
        const Index first = task * kGramFormRows;
        losses[static_cast<std::size_t>(task)] = lossOfRows(
            weight.rowRange(first, std::min(kGramFormRows, weight.rows - first)), gram.sum(), options, finder);
    });
    double loss = 0;
    for (const double part : losses)
        loss += part / static_cast<double>(gram.tokens());
    return loss;
}

void check(std::span<const MatrixView<const float>> weights, const Gram& gram, std::span<const double> meanAbs) {
    if (gram.tokens() == 0)
        throw Error(ErrorKind::Input, "Gram", "saw no tokens", "calibrate with more text, or round this linear (RTN)");
    if (static_cast<Index>(meanAbs.size()) != gram.in())
        throw Error(ErrorKind::Internal, "AWQ", "mean magnitudes and Gram differ in width");
    for (std::size_t i = 0; i < meanAbs.size(); ++i)
        if (!(meanAbs[i] >= 0.0 && std::isfinite(meanAbs[i])))
            throw Error(ErrorKind::Numeric, fmt::format("AWQ, column {}", i),
                        fmt::format("has the mean magnitude {}", meanAbs[i]),
                        "look for overflowing activations before it");
    for (const auto& weight : weights) {
        if (weight.cols != gram.in())
            throw Error(ErrorKind::Internal, "AWQ", "a weight and the Gram differ in width");
        requireFinite(weight);
    }
}

} // namespace

std::string name(DuoScaling duo) {
    return std::string(kDuoScalings[static_cast<std::size_t>(duo)]);
}

DuoScaling duoScalingFromName(std::string_view name) {
    return valueOfName<DuoScaling>(kDuoScalings, name, "duo_scaling");
}

void AwqOptions::validate() const {
    scheme.validate();
    ranges.validate();
    if (gridPoints < 1 || gridPoints > 1000)
        throw Error(ErrorKind::Input, "grid_points", fmt::format("{} is not in 1 to 1000", gridPoints), "20 is usual");
}

AwqScales findAwqScales(std::span<const MatrixView<const float>> weights, const Gram& gram,
                        std::span<const double> meanAbs, const AwqOptions& options, JobContext& job) {
    options.validate();
    check(weights, gram, meanAbs);
    const auto meanWeight =
        options.duoScaling != DuoScaling::Off ? meanWeights(weights, options.scheme) : std::vector<double>{};
    const auto importance = meanSquares(gram);
    AwqScales best;
    double bestLoss = 0;
    const auto tryScales = [&](double exponent, bool duo) {
        std::vector<double> scales = inputScales(meanAbs, exponent, duo ? meanWeight : std::vector<double>{});
        const RtnOptions rounding{options.scheme, options.ranges, scales, {}, importance, {}};
        double loss = 0;
        for (const auto& weight : weights)
            loss += lossOf(weight, gram, rounding, job);
        if (!std::isfinite(loss))
            throw Error(ErrorKind::Numeric, "AWQ", "the Gram holds NaN or infinite values",
                        "look for overflowing activations before it");
        best.candidates.push_back({exponent, duo, loss});
        if (best.scales.empty() || loss < bestLoss) {
            best.scales = std::move(scales);
            best.exponent = exponent;
            best.duo = duo;
            bestLoss = loss;
        }
    };
    for (const bool duo : {false, true}) {
        if (options.duoScaling == (duo ? DuoScaling::Off : DuoScaling::Only))
            continue;
        for (int point = 0; point < options.gridPoints; ++point)
            tryScales(static_cast<double>(point) / options.gridPoints, duo);
    }
    return best;
}

AwqResult quantizeAwq(std::span<const MatrixView<const float>> weights, const Gram& gram,
                      std::span<const double> meanAbs, const AwqOptions& options, JobContext& job) {
    AwqScales found = findAwqScales(weights, gram, meanAbs, options, job);
    const auto importance = meanSquares(gram);
    AwqResult result{{}, found.exponent, std::move(found.candidates)};
    for (const auto& weight : weights) {
        job.throwIfCancelled();
        result.linears.push_back(
            quantizeRtn(weight, {options.scheme, options.ranges, found.scales, {}, importance, {}}));
    }
    return result;
}

} // namespace vernier
