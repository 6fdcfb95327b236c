#include "core/quantize/awq.h"

#include "core/base/error.h"
#include "core/quantize/gram_form.h"
#include "core/quantize/grid.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vernier {

namespace {

// s = clamp(meanAbs^r, 1e-4) / sqrt(max s · min s), so that the factors lie around 1.
std::vector<double> inputScales(std::span<const double> meanAbs, double exponent) {
    std::vector<double> scales(meanAbs.size());
    std::transform(meanAbs.begin(), meanAbs.end(), scales.begin(),
                   [&](double magnitude) { return std::max(std::pow(magnitude, exponent), 1e-4); });
    const auto [least, most] = std::minmax_element(scales.begin(), scales.end());
    const double middle = std::sqrt(*least * *most);
    for (double& scale : scales)
        scale /= middle;
    return scales;
}

VERNIER_MULTIVERSION void multiplyInto(const float* w, const double* s, Index n, double* scaled) {
    for (Index i = 0; i < n; ++i)
        scaled[i] = static_cast<double>(w[i]) * s[i];
}

// Q(w s)/s − w of one group, in double until the last step: the difference of nearly equal numbers.
VERNIER_MULTIVERSION void differenceOf(const float* w, const double* s, const std::uint8_t* codes, Index n,
                                       double scale, double zero, float* difference) {
    for (Index i = 0; i < n; ++i)
        difference[i] = static_cast<float>(scale * (static_cast<double>(static_cast<int>(codes[i])) - zero) / s[i] -
                                           static_cast<double>(w[i]));
}

// Rounds one row after multiplying it by the input scales, group by group.
class ScaledRounding {
public:
    ScaledRounding(const Scheme& scheme, std::span<const double> scales)
        : m_scheme(scheme), m_scales(scales), m_in(static_cast<Index>(scales.size())), m_scaled(scales.size()) {}

    // Calls found(group, first column, columns, grid) after each group's codes.
    template <class Found>
    void round(const float* w, std::uint8_t* codes, Found&& found) {
        const Index width = m_scheme.groupWidth(m_in);
        multiplyInto(w, m_scales.data(), m_in, m_scaled.data());
        for (Index group = 0; group * width < m_in; ++group) {
            const Index first = group * width, count = std::min(width, m_in - first);
            const GridParameters grid = gridOf(m_scaled.data() + first, count, m_scheme);
            encodeAll(m_scaled.data() + first, count, grid, m_scheme.levels() - 1, codes + first);
            found(group, first, count, grid);
        }
    }

private:
    Scheme m_scheme;
    std::span<const double> m_scales;
    Index m_in;
    std::vector<double> m_scaled;
};

// The weights cut into blocks of rows.
std::vector<MatrixView<const float>> rowBlocks(std::span<const MatrixView<const float>> weights) {
    std::vector<MatrixView<const float>> blocks;
    for (const auto& weight : weights)
        for (Index first = 0; first < weight.rows; first += kGramFormRows)
            blocks.push_back(weight.rowRange(first, std::min(kGramFormRows, weight.rows - first)));
    return blocks;
}

// tr(D H Dᵀ) of one block of rows, D = Q(W s)/s − W.
double lossOf(MatrixView<const float> weight, MatrixView<const float> gram, std::span<const double> scales,
              const Scheme& scheme) {
    ScaledRounding rounding(scheme, scales);
    std::vector<std::uint8_t> codes(scales.size());
    Matrix difference(weight.rows, weight.cols);
    for (Index row = 0; row < weight.rows; ++row) {
        const float* w = weight.row(row);
        float* d = difference.view().row(row);
        rounding.round(w, codes.data(), [&](Index, Index first, Index count, const GridParameters& grid) {
            differenceOf(w + first, scales.data() + first, codes.data() + first, count, grid.scale, grid.zero,
                         d + first);
        });
    }
    return gramForm(difference.view(), gram);
}

QuantizedLinear roundWith(MatrixView<const float> weight, std::span<const double> scales, const Scheme& scheme) {
    QuantizedLinear linear = emptyLinear(scheme, weight.rows, weight.cols);
    linear.inputScales.assign(scales.begin(), scales.end());
    const Index groups = linear.groups();
    constexpr Index kRows = 16;
    parallelFor((weight.rows + kRows - 1) / kRows, [&](Index block) {
        ScaledRounding rounding(scheme, scales);
        for (Index row = block * kRows; row < std::min(weight.rows, (block + 1) * kRows); ++row)
            rounding.round(weight.row(row), linear.codes.data() + row * linear.in,
                           [&](Index group, Index, Index, const GridParameters& grid) {
                               const auto at = static_cast<std::size_t>(row * groups + group);
                               linear.scales[at] = static_cast<float>(grid.scale);
                               linear.zeros[at] = static_cast<std::uint8_t>(grid.zero);
                           });
    });
    return linear;
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

void AwqOptions::validate() const {
    scheme.validate();
    if (gridPoints < 1 || gridPoints > 1000)
        throw Error(ErrorKind::Input, "grid_points", fmt::format("{} is not in 1 to 1000", gridPoints), "20 is usual");
}

AwqResult quantizeAwq(std::span<const MatrixView<const float>> weights, const Gram& gram,
                      std::span<const double> meanAbs, const AwqOptions& options, JobContext& job) {
    options.validate();
    check(weights, gram, meanAbs);
    const auto blocks = rowBlocks(weights);
    std::vector<double> losses(blocks.size());
    AwqResult result;
    std::vector<double> best;
    double bestLoss = 0;
    for (int point = 0; point < options.gridPoints; ++point) {
        const double exponent = static_cast<double>(point) / options.gridPoints;
        std::vector<double> scales = inputScales(meanAbs, exponent);
        parallelFor(static_cast<Index>(blocks.size()), [&](Index i) {
            job.throwIfCancelled();
            const auto at = static_cast<std::size_t>(i);
            losses[at] = lossOf(blocks[at], gram.sum(), scales, options.scheme);
        });
        // Summed in the order of the rows, whichever thread was first.
        double loss = 0;
        for (const double part : losses)
            loss += part / static_cast<double>(gram.tokens());
        if (!std::isfinite(loss))
            throw Error(ErrorKind::Numeric, "AWQ", "the Gram holds NaN or infinite values",
                        "look for overflowing activations before it");
        result.candidates.push_back({exponent, loss});
        if (best.empty() || loss < bestLoss) {
            best = std::move(scales);
            bestLoss = loss;
            result.exponent = exponent;
        }
    }
    for (const auto& weight : weights) {
        job.throwIfCancelled();
        result.linears.push_back(roundWith(weight, best, options.scheme));
    }
    return result;
}

} // namespace vernier
