#pragma once

#include "core/quantize/quantized_linear.h"

#include <random>

namespace vernier::test {

/// A linear with random codes, zero points and float16 scales; the same seed gives the same one.
inline QuantizedLinear syntheticLinear(const Scheme& scheme, Index out, Index in, unsigned seed,
                                       bool scattered = false) {
    std::mt19937 engine(seed);
    QuantizedLinear linear = emptyLinear(scheme, out, in);
    std::uniform_int_distribution<int> code(0, scheme.levels() - 1), zero(1, scheme.levels() - 1);
    std::uniform_int_distribution<int> mantissa(1024, 2047);
    for (auto& value : linear.codes)
        value = static_cast<std::uint8_t>(code(engine));
    for (auto& value : linear.zeros)
        value = static_cast<std::uint8_t>(scheme.symmetric ? scheme.levels() / 2 : zero(engine));
    for (auto& value : linear.scales)
        value = static_cast<float>(mantissa(engine)) * 0x1p-17f;
    for (auto& value : linear.minimums)
        value = -static_cast<float>(mantissa(engine)) * 0x1p-14f;
    if (scattered) {
        linear.groupIndex.resize(static_cast<std::size_t>(in));
        for (Index i = 0; i < in; ++i)
            linear.groupIndex[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i % linear.groups());
    }
    return linear;
}

} // namespace vernier::test
