#include "core/quantize/quantized_linear.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

QuantizedLinear small() {
    QuantizedLinear linear = emptyLinear({3, 4, false}, 2, 6);
    linear.codes = {0, 1, 2, 3, 4, 5, 7, 6, 5, 4, 3, 2};
    linear.scales = {0.5f, 2.0f, 1.0f, 4.0f};
    linear.zeros = {1, 4, 5, 0};
    return linear;
}

TEST(QuantizedLinear, dequantizesByGroup) {
    const Matrix weight = small().dequantize();
    const float expected[2][6] = {{-0.5f, 0, 0.5f, 1, 0, 2}, {2, 1, 0, -1, 12, 8}};
    for (Index row = 0; row < 2; ++row)
        for (Index col = 0; col < 6; ++col)
            EXPECT_EQ(weight(row, col), expected[row][col]) << row << ", " << col;
}

TEST(QuantizedLinear, dividesByTheInputScales) {
    QuantizedLinear linear = small();
    linear.inputScales = {1, 2, 0.5f, 4, 1, 8};
    const Matrix weight = linear.dequantize();
    EXPECT_EQ(weight(0, 2), 1.0f);
    EXPECT_EQ(weight(1, 3), -0.25f);
    EXPECT_EQ(weight(1, 5), 1.0f);
}

TEST(QuantizedLinear, countsStoredBytes) {
    // 3 · 10 codes of 3 bits are 90 bits, 12 bytes; 9 groups have 18 bytes of scales and 27 bits, 4 bytes, of zero
    // points.
    EXPECT_EQ(emptyLinear({3, 4, false}, 3, 10).storedBytes(), 12u + 18u + 4u);
    EXPECT_EQ(emptyLinear({3, 4, true}, 3, 10).storedBytes(), 12u + 18u);
    EXPECT_EQ(emptyLinear({4, -1, false}, 256, 768).storedBytes(), 98304u + 512u + 128u);
    QuantizedLinear scaled = emptyLinear({4, -1, false}, 256, 768);
    scaled.inputScales.assign(768, 1.0f);
    EXPECT_EQ(scaled.storedBytes(), 98304u + 512u + 128u);
}

} // namespace
} // namespace vernier
