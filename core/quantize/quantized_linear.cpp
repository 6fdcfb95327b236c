#include "core/quantize/quantized_linear.h"

#include "core/base/error.h"
#include "core/quantize/float_codes.h"
#include "core/quantize/grid.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

VERNIER_MULTIVERSION void decodeLine(const std::uint8_t* codes, Index count, float scale, int zero, float* w) {
    for (Index i = 0; i < count; ++i)
        w[i] = scale * static_cast<float>(static_cast<int>(codes[i]) - zero);
}

VERNIER_MULTIVERSION void divideAll(float* w, const float* divisors, Index count) {
    for (Index i = 0; i < count; ++i)
        w[i] /= divisors[i];
}

VERNIER_MULTIVERSION void multiplyAll(float* w, float factor, Index count) {
    for (Index i = 0; i < count; ++i)
        w[i] *= factor;
}

std::uint64_t bytesOf(std::uint64_t bits) {
    return (bits + 7) / 8;
}

} // namespace

QuantizedLinear emptyLinear(const Scheme& scheme, Index out, Index in) {
    scheme.validate();
    if (out < 1 || in < 1)
        throw Error(ErrorKind::Input, "weight", fmt::format("is empty, [{}, {}]", out, in));
    QuantizedLinear linear;
    linear.scheme = scheme;
    linear.out = out;
    linear.in = in;
    linear.codes.resize(static_cast<std::size_t>(out * in));
    linear.scales.resize(static_cast<std::size_t>(out * linear.groups()));
    linear.zeros.resize(linear.scales.size());
    if (scheme.hasMinimums())
        linear.minimums.resize(linear.scales.size());
    return linear;
}

void storeGrid(QuantizedLinear& linear, Index row, Index group, const GridParameters& grid) {
    const auto at = static_cast<std::size_t>(row * linear.groups() + group);
    linear.scales[at] = static_cast<float>(grid.scale);
    linear.zeros[at] = static_cast<std::uint8_t>(grid.zero);
    if (!linear.minimums.empty())
        linear.minimums[at] = static_cast<float>(grid.minimum);
}

Matrix QuantizedLinear::storedWeight() const {
    Matrix weight(out, in);
    const Index width = scheme.groupWidth(in), count = groups();
    std::array<float, 256> numbers{}; // what a code says before the scale
    for (std::size_t code = 0; code < numbers.size(); ++code)
        numbers[code] = static_cast<float>(scheme.format == NumberFormat::Fp8E4M3
                                               ? E4m3::valueOf(static_cast<std::uint8_t>(code))
                                               : E2m1::valueOf(static_cast<std::uint8_t>(code & 15)));
    parallelFor(out, [&](Index row) {
        float* w = weight.view().row(row);
        const std::uint8_t* rowCodes = codes.data() + row * in;
        const auto grid = [&](Index group) { return static_cast<std::size_t>(row * count + group); };
        if (hasFloatCodes(scheme.format)) {
            for (Index c = 0; c < in; ++c)
                w[c] = scales[grid(groupOf(c))] * numbers[rowCodes[c]];
        } else if (!groupIndex.empty()) {
            for (Index c = 0; c < in; ++c) {
                const std::size_t at = grid(groupOf(c));
                w[c] = scales[at] * static_cast<float>(static_cast<int>(rowCodes[c]) - static_cast<int>(zeros[at]));
            }
        } else {
            for (Index group = 0; group < count; ++group)
                decodeLine(rowCodes + group * width, std::min(width, in - group * width), scales[grid(group)],
                           zeros[grid(group)], w + group * width);
        }
        if (!minimums.empty())
            for (Index c = 0; c < in; ++c)
                w[c] += minimums[grid(groupOf(c))];
    });
    return weight;
}

Matrix QuantizedLinear::dequantize() const {
    Matrix weight = storedWeight();
    parallelFor(out, [&](Index row) {
        float* w = weight.view().row(row);
        if (!inputScales.empty())
            divideAll(w, inputScales.data(), in);
        if (!outputScales.empty())
            multiplyAll(w, outputScales[static_cast<std::size_t>(row)], in);
    });
    return weight;
}

std::uint64_t QuantizedLinear::storedBytes() const {
    return vernier::storedBytes(scheme, out, in, !groupIndex.empty());
}

std::uint64_t storedBytes(const Scheme& scheme, Index out, Index in, bool keepsIndex) {
    const auto weights = static_cast<std::uint64_t>(out * in),
               grids = static_cast<std::uint64_t>(out * scheme.groups(in));
    return bytesOf(weights * static_cast<std::uint64_t>(scheme.bits)) +
           (scheme.groupSize == 0 ? std::uint64_t{4} : bytesOf(grids * static_cast<std::uint64_t>(scheme.gridBits()))) +
           (scheme.format == NumberFormat::Nvfp4 ? std::uint64_t{4} : 0) +
           (keepsIndex ? static_cast<std::uint64_t>(in) * sizeof(std::int32_t) : 0);
}

} // namespace vernier
