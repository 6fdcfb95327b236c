#include "core/quantize/scaled_row.h"

#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <vector>

namespace vernier {

namespace {

VERNIER_MULTIVERSION void widen(const float* w, Index n, double* scaled) {
    for (Index i = 0; i < n; ++i)
        scaled[i] = static_cast<double>(w[i]);
}

VERNIER_MULTIVERSION void multiplyInto(const float* w, const double* s, Index n, double* scaled) {
    for (Index i = 0; i < n; ++i)
        scaled[i] = static_cast<double>(w[i]) * s[i];
}

} // namespace

void scaleRow(MatrixView<const float> weight, Index row, const RtnOptions& options, double* scaled) {
    const float* w = weight.row(row);
    const Index in = weight.cols;
    if (options.inputScales.empty())
        widen(w, in, scaled);
    else
        multiplyInto(w, options.inputScales.data(), in, scaled);
    if (!options.outputScales.empty()) {
        const double divisor = options.outputScales[static_cast<std::size_t>(row)];
        for (Index i = 0; i < in; ++i)
            scaled[i] /= divisor;
    }
    if (options.clip.rows == 0)
        return;
    const Index width = options.scheme.groupWidth(in);
    for (Index i = 0; i < in; ++i) {
        const double limit = static_cast<double>(options.clip.row(row)[i / width]);
        scaled[i] = std::clamp(scaled[i], -limit, limit);
    }
}

void scaleWeight(MatrixView<const float> weight, const RtnOptions& options, MatrixView<float> scaled) {
    constexpr Index kRows = 16;
    parallelFor((weight.rows + kRows - 1) / kRows, [&](Index block) {
        std::vector<double> values(static_cast<std::size_t>(weight.cols));
        for (Index row = block * kRows; row < std::min(weight.rows, (block + 1) * kRows); ++row) {
            scaleRow(weight, row, options, values.data());
            std::transform(values.begin(), values.end(), scaled.row(row),
                           [](double value) { return static_cast<float>(value); });
        }
    });
}

GridFinder finderFor(MatrixView<const float> weight, const RtnOptions& options) {
    const bool isScaled = !options.inputScales.empty() || !options.outputScales.empty() || options.clip.rows > 0;
    const bool looksAtAll = options.scheme.groupSize == 0 || options.scheme.format == NumberFormat::Nvfp4;
    if (!isScaled || !looksAtAll)
        return GridFinder(options.scheme, options.ranges, weight);
    Matrix scaled(weight.rows, weight.cols);
    scaleWeight(weight, options, scaled.view());
    return GridFinder(options.scheme, options.ranges, scaled.view());
}

} // namespace vernier
