#include "core/quantize/rtn.h"

#include "core/quantize/grid.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

QuantizedLinear quantizeRtn(MatrixView<const float> weight, const Scheme& scheme) {
    QuantizedLinear linear = emptyLinear(scheme, weight.rows, weight.cols);
    requireFinite(weight);
    const Index width = scheme.groupWidth(linear.in), groups = linear.groups();
    parallelFor(linear.out, [&](Index row) {
        for (Index group = 0; group < groups; ++group) {
            const Index first = group * width, count = std::min(width, linear.in - first);
            const GridParameters grid = gridOf(weight.row(row) + first, count, scheme);
            encodeAll(weight.row(row) + first, count, grid, scheme.levels() - 1,
                      linear.codes.data() + row * linear.in + first);
            const auto at = static_cast<std::size_t>(row * groups + group);
            linear.scales[at] = static_cast<float>(grid.scale);
            linear.zeros[at] = static_cast<std::uint8_t>(grid.zero);
        }
    });
    return linear;
}

} // namespace vernier
