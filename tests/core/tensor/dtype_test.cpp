#include "core/base/error.h"
#include "core/tensor/dtype.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(Half, WidensTheStandardsExamples) {
    EXPECT_EQ(floatFromF16(0x3C00), 1.0f);
    EXPECT_EQ(floatFromF16(0xC000), -2.0f);
    EXPECT_EQ(floatFromF16(0x7BFF), 65504.0f);
    EXPECT_EQ(floatFromF16(0x0001), std::ldexp(1.0f, -24));
    EXPECT_EQ(floatFromF16(0x03FF), std::ldexp(1023.0f, -24));
    EXPECT_TRUE(std::signbit(floatFromF16(0x8000)));
    EXPECT_TRUE(std::isinf(floatFromF16(0x7C00)));
    EXPECT_TRUE(std::isnan(floatFromF16(0x7E01)));
}

TEST(Half, RoundTripsEveryFiniteValue) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        if ((half >> 10 & 31) == 31)
            continue;
        ASSERT_EQ(f16FromFloat(floatFromF16(half)), half) << bits;
    }
}

TEST(Half, RoundsHalfToEven) {
    EXPECT_EQ(f16FromFloat(1.0f + std::ldexp(1.0f, -11)), 0x3C00);     // halfway, even below
    EXPECT_EQ(f16FromFloat(1.0f + 3 * std::ldexp(1.0f, -11)), 0x3C02); // halfway, even above
    EXPECT_EQ(f16FromFloat(65519.9f), 0x7BFF);
    EXPECT_EQ(f16FromFloat(65520.0f), 0x7C00);
    EXPECT_EQ(f16FromFloat(-std::numeric_limits<float>::infinity()), 0xFC00);
}

TEST(Widen, ReadsEachTypeAtAnyAlignment) {
    std::array<std::byte, 9> bytes{};
    const std::uint16_t bf16 = 0xC049; // -3.140625
    std::memcpy(bytes.data() + 1, &bf16, 2);
    std::array<float, 1> out{};
    widen(std::span(bytes).subspan(1, 2), DType::BF16, out);
    EXPECT_EQ(out[0], -3.140625f);
    EXPECT_THROW(widen(std::span(bytes).subspan(1, 1), DType::I8, out), Error);
}

TEST(DType, KnowsItsNames) {
    EXPECT_EQ(dtypeFromName("BF16"), DType::BF16);
    EXPECT_EQ(name(DType::I32), "I32");
    EXPECT_EQ(dtypeFromName("F8_E4M3"), std::nullopt);
}

} // namespace
} // namespace vernier
