#include "core/quantize/rtn.h"

#include "core/quantize/grid.h"
#include "core/quantize/scaled_row.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

QuantizedLinear quantizeRtn(MatrixView<const float> weight, const RtnOptions& options) {
    QuantizedLinear linear = emptyLinear(options.scheme, weight.rows, weight.cols);
    requireFinite(weight);
    linear.inputScales.assign(options.inputScales.begin(), options.inputScales.end());
    linear.outputScales.assign(options.outputScales.begin(), options.outputScales.end());
    const GridFinder finder = finderFor(weight, options);
    linear.tensorScale = static_cast<float>(finder.tensorScale());
    const Index width = options.scheme.groupWidth(linear.in), groups = linear.groups();
    constexpr Index kRows = 16;
    parallelFor((linear.out + kRows - 1) / kRows, [&](Index block) {
        std::vector<double> scaled(static_cast<std::size_t>(linear.in));
        for (Index row = block * kRows; row < std::min(linear.out, (block + 1) * kRows); ++row) {
            scaleRow(weight, row, options, scaled.data());
            for (Index group = 0; group < groups; ++group) {
                const Index first = group * width, count = std::min(width, linear.in - first);
                const double* importance = options.importance.empty() ? nullptr : options.importance.data() + first;
                const GridParameters grid = finder.find(scaled.data() + first, count, importance);
                encodeAll(scaled.data() + first, count, grid, options.scheme,
                          linear.codes.data() + row * linear.in + first);
                storeGrid(linear, row, group, grid);
            }
        }
    });
    return linear;
}

QuantizedLinear quantizeRtn(MatrixView<const float> weight, const Scheme& scheme) {
    RtnOptions options;
    options.scheme = scheme;
    return quantizeRtn(weight, options);
}

} // namespace vernier
