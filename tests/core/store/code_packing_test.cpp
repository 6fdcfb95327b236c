#include "core/store/code_packing.h"
#include "tests/support/caught_error.h"

#include <random>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(CodePacking, FillsBytesFromTheirLowestBit) {
    EXPECT_EQ(packCodes(Bytes{1, 2, 3, 0, 3}, 1, 5, 2), (Bytes{0b00111001, 0b11}));
    EXPECT_EQ(packCodes(Bytes{0x1, 0x2, 0xF}, 1, 3, 4), (Bytes{0x21, 0x0F}));
    EXPECT_EQ(packCodes(Bytes{7, 0, 5, 1}, 1, 4, 3), (Bytes{0b01000111, 0b0011}));
    EXPECT_EQ(packCodes(Bytes{200, 255}, 1, 2, 8), (Bytes{200, 255}));
}

TEST(CodePacking, BeginsEveryRowWithAByteOfItsOwn) {
    EXPECT_EQ(packCodes(Bytes{1, 2, 3, 4, 5, 6}, 2, 3, 3), (Bytes{0b11010001, 0b0, 0b10101100, 0b1}));
}

class CodePackingOfBits : public testing::TestWithParam<int> {};

TEST_P(CodePackingOfBits, GivesBackRandomCodesOfAnyWidth) {
    const int bits = GetParam();
    std::mt19937 random(static_cast<unsigned>(bits));
    for (const Index cols : {1, 2, 3, 5, 7, 8, 9, 15, 17, 31, 33, 64, 127, 129, 333})
        for (const Index rows : {1, 2, 5}) {
            Bytes codes(static_cast<std::size_t>(rows * cols));
            for (auto& code : codes)
                code = static_cast<std::uint8_t>(random() & ((1u << bits) - 1));
            const Bytes packed = packCodes(codes, rows, cols, bits);
            ASSERT_EQ(packed.size(), static_cast<std::size_t>(rows * ((cols * bits + 7) / 8)));
            ASSERT_EQ(unpackCodes(packed, rows, cols, bits), codes) << rows << " × " << cols;
        }
}

TEST_P(CodePackingOfBits, NeverGivesACodeBeyondTheGrid) {
    const int bits = GetParam();
    const Bytes full(packedRowBytes(21, bits) * 3, 0xFF);
    EXPECT_EQ(unpackCodes(full, 3, 21, bits), Bytes(63, static_cast<std::uint8_t>((1 << bits) - 1)));
}

INSTANTIATE_TEST_SUITE_P(Bits, CodePackingOfBits, testing::Range(2, 9));

TEST(CodePacking, RefusesWhatDoesNotFit) {
    EXPECT_EQ(test::caughtError([] { packCodes(Bytes{4}, 1, 1, 2); })->kind(), ErrorKind::Internal);
    EXPECT_EQ(test::caughtError([] { packCodes(Bytes{1, 1}, 1, 1, 2); })->kind(), ErrorKind::Internal);
    EXPECT_EQ(test::caughtError([] { unpackCodes(Bytes{1, 1}, 1, 4, 2); })->kind(), ErrorKind::Input);
    EXPECT_EQ(test::caughtError([] { unpackCodes(Bytes{1}, 1, 1, 9); })->kind(), ErrorKind::Input);
}

} // namespace
} // namespace vernier
