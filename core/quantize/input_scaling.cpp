#include "core/quantize/input_scaling.h"

#include "core/model/fold_target.h"
#include "core/tensor/dtype.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>

namespace vernier {

namespace {

/// Rounds as a checkpoint stores a tensor.
double asStored(DType type, double value) {
    switch (type) {
    case DType::F16:
        return roundTo(ScaleType::F16, value);
    case DType::BF16:
        return roundTo(ScaleType::BF16, value);
    default:
        return static_cast<double>(static_cast<float>(value));
    }
}

/// What the scales become when the norm in front takes them out: norm / (norm / s as stored).
void foldIntoNorm(const Model& model, int block, const FoldTarget& target, std::vector<double>& scales) {
    const std::string name = model.spec.linearName(block, target.name) + ".weight";
    const auto weight = model.vector(name, static_cast<Index>(scales.size()));
    const DType type = model.checkpoint.find(model.storedName(name))->type;
    const double shift = target.plusOne ? 1.0 : 0.0;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        const double gain = shift + static_cast<double>(weight[i]);
        const double divided = shift + asStored(type, gain / scales[i] - shift);
        if (gain != 0.0 && divided / gain > 0.0)
            scales[i] = gain / divided;
    }
}

std::vector<double> largestMagnitudes(const TapStatistics& tap) {
    std::vector<double> result(tap.channels.min.size());
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = std::max(std::abs(static_cast<double>(tap.channels.min[i])),
                             std::abs(static_cast<double>(tap.channels.max[i])));
    return result;
}

} // namespace

std::vector<double> smoothScales(std::span<const MatrixView<const float>> weights, std::span<const double> maxAbs,
                                 double alpha) {
    std::vector<double> largest(maxAbs.size());
    for (const auto& weight : weights)
        for (Index row = 0; row < weight.rows; ++row)
            for (std::size_t i = 0; i < largest.size(); ++i)
                largest[i] = std::max(largest[i], std::abs(static_cast<double>(weight.row(row)[i])));
    std::vector<double> scales(maxAbs.size());
    for (std::size_t i = 0; i < scales.size(); ++i) {
        const double scale =
            std::pow(std::max(maxAbs[i], 1e-5), alpha) / std::pow(std::max(largest[i], 1e-5), 1 - alpha);
        scales[i] = std::max(scale, 1e-5);
    }
    return scales;
}

Gram scaledGram(const Gram& gram, const std::vector<double>& scales) {
    const Index n = gram.in();
    Matrix sum(n, n);
    parallelFor(n, [&](Index i) {
        const float* from = gram.sum().row(i);
        float* to = sum.view().row(i);
        const double row = scales[static_cast<std::size_t>(i)];
        for (Index j = 0; j < n; ++j)
            to[j] = static_cast<float>(static_cast<double>(from[j]) / (row * scales[static_cast<std::size_t>(j)]));
    });
    return Gram(std::move(sum), gram.tokens());
}

InputScaling findInputScaling(const Model& model, int block, std::size_t group, const std::vector<Matrix>& weights,
                              const TapStatistics& tap, const Gram& gram, const QuantizeSettings& settings,
                              JobContext& job) {
    InputScaling scaling;
    if (gram.tokens() == 0 || !(usesAwq(settings.method) || usesSmoothQuant(settings.method)))
        return scaling;
    const auto target = foldTarget(model.spec, block, group);
    if (!target && settings.foldableOnly)
        return scaling;
    std::vector<MatrixView<const float>> views;
    for (const Matrix& weight : weights)
        views.push_back(weight.view());
    if (usesAwq(settings.method)) {
        AwqScales found = findAwqScales(views, gram, tap.meanAbs(), awqOptions(settings), job);
        scaling = {std::move(found.scales), found.exponent, found.duo};
    } else {
        scaling.scales = smoothScales(views, largestMagnitudes(tap), settings.smoothStrength);
    }
    if (settings.foldableOnly && target->kind == FoldTarget::Kind::Norm)
        foldIntoNorm(model, block, *target, scaling.scales);
    return scaling;
}

} // namespace vernier
