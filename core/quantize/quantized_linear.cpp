#include "core/quantize/quantized_linear.h"

#include "core/base/error.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

VERNIER_MULTIVERSION void decodeAll(const std::uint8_t* codes, Index count, float scale, int zero, float* w) {
    for (Index i = 0; i < count; ++i)
        w[i] = scale * static_cast<float>(static_cast<int>(codes[i]) - zero);
}

VERNIER_MULTIVERSION void divideAll(float* w, const float* divisors, Index count) {
    for (Index i = 0; i < count; ++i)
        w[i] /= divisors[i];
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
    return linear;
}

Matrix QuantizedLinear::dequantize() const {
    Matrix weight(out, in);
    const Index width = scheme.groupWidth(in), count = groups();
    parallelFor(out, [&](Index row) {
        float* w = weight.view().row(row);
        for (Index group = 0; group < count; ++group) {
            const Index first = group * width;
            const auto grid = static_cast<std::size_t>(row * count + group);
            decodeAll(codes.data() + row * in + first, std::min(width, in - first), scales[grid], zeros[grid],
                      w + first);
        }
        if (!inputScales.empty())
            divideAll(w, inputScales.data(), in);
    });
    return weight;
}

std::uint64_t QuantizedLinear::storedBytes() const {
    const auto bits = static_cast<std::uint64_t>(scheme.bits);
    const auto weights = static_cast<std::uint64_t>(out * in), grids = static_cast<std::uint64_t>(out * groups());
    return bytesOf(weights * bits) + grids * 2 + (scheme.symmetric ? 0 : bytesOf(grids * bits));
}

} // namespace vernier
