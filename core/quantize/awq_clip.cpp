#include "core/quantize/awq_clip.h"

#include "core/quantize/scaled_row.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vernier {

namespace {

constexpr Index kTaskRows = 16;

/// dᵀ H d of a group, H [count, count] as float rows apart by stride.
VERNIER_MULTIVERSION double quadraticForm(const float* d, const float* gram, Index count, Index stride) {
    double sum = 0;
    for (Index i = 0; i < count; ++i) {
        float product = 0;
        for (Index j = 0; j < count; ++j)
            product += gram[i * stride + j] * d[j];
        sum += static_cast<double>(product) * static_cast<double>(d[i]);
    }
    return sum;
}

} // namespace

Matrix findAwqClip(MatrixView<const float> weight, const Gram& gram, const RtnOptions& rounding,
                   const AwqClipOptions& options, const JobContext& job) {
    const Index in = weight.cols, width = rounding.scheme.groupWidth(in), groups = rounding.scheme.groups(in);
    const GridFinder finder = finderFor(weight, rounding);
    const auto sum = gram.sum();
    Matrix limits(weight.rows, groups);
    parallelFor((weight.rows + kTaskRows - 1) / kTaskRows, [&](Index task) {
        job.throwIfCancelled();
        std::vector<double> scaled(static_cast<std::size_t>(in)), clipped(static_cast<std::size_t>(width)),
            values(clipped.size());
        std::vector<float> difference(clipped.size());
        std::vector<std::uint8_t> codes(clipped.size());
        for (Index row = task * kTaskRows; row < std::min(weight.rows, (task + 1) * kTaskRows); ++row) {
            scaleRow(weight, row, rounding, scaled.data());
            for (Index group = 0; group < groups; ++group) {
                const Index first = group * width, count = std::min(width, in - first);
                const double* v = scaled.data() + first;
                double largest = 0;
                for (Index i = 0; i < count; ++i)
                    largest = std::max(largest, std::abs(v[i]));
                double least = 0, best = largest;
                for (int step = 0; step < static_cast<int>(options.maxShrink * options.steps); ++step) {
                    const double limit = largest * (1 - static_cast<double>(step) / options.steps);
                    for (Index i = 0; i < count; ++i)
                        clipped[static_cast<std::size_t>(i)] = std::clamp(v[i], -limit, limit);
                    const double* importance =
                        rounding.importance.empty() ? nullptr : rounding.importance.data() + first;
                    const GridParameters grid = finder.find(clipped.data(), count, importance);
                    encodeAll(clipped.data(), count, grid, rounding.scheme, codes.data());
                    decodeAll(codes.data(), count, grid, rounding.scheme, values.data());
                    for (Index i = 0; i < count; ++i) {
                        const auto at = static_cast<std::size_t>(i);
                        const double input = rounding.inputScales.empty()
                                                 ? 1.0
                                                 : rounding.inputScales[static_cast<std::size_t>(first + i)];
                        difference[at] = static_cast<float>((values[at] - v[i]) / input);
                    }
                    const double error = quadraticForm(difference.data(), sum.row(first) + first, count, sum.stride);
                    if (step == 0 || error < least) {
                        least = error;
                        best = limit;
                    }
                }
                // Rounded up, so that the limit of a group that is not clipped lets its largest weight through.
                limits(row, group) = std::nextafter(static_cast<float>(best), std::numeric_limits<float>::infinity());
            }
        }
    });
    return limits;
}

} // namespace vernier
