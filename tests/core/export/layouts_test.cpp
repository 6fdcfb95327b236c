#include "core/base/error.h"
#include "core/export/awq_layout.h"
#include "core/export/code_words.h"
#include "core/export/compressed_layout.h"
#include "core/export/gptq_layout.h"
#include "tests/core/export/synthetic_linear.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <numeric>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;

std::uint32_t word(const TensorBytes& tensor, std::size_t index) {
    std::uint32_t value = 0;
    std::memcpy(&value, tensor.bytes.data() + index * sizeof(value), sizeof(value));
    return value;
}

const TensorBytes& named(const std::vector<TensorBytes>& tensors, const std::string& name) {
    for (const TensorBytes& tensor : tensors)
        if (tensor.name == name)
            return tensor;
    throw Error(ErrorKind::Internal, name, "is not among the tensors");
}

/// A linear of 4 bits [out, in] with one group per row, scale 1 and the given codes in its first row or column.
QuantizedLinear countingLinear(Index out, Index in, bool alongIn, int zero) {
    QuantizedLinear linear = emptyLinear({4, -1, true}, out, in);
    for (Index i = 0; i < 8; ++i)
        linear.codes[static_cast<std::size_t>(alongIn ? i : i * in)] = static_cast<std::uint8_t>(i + 1);
    std::ranges::fill(linear.scales, 1.0f);
    std::ranges::fill(linear.zeros, static_cast<std::uint8_t>(zero));
    return linear;
}

TEST(GptqLayout, MeetsTheGoldenWords) {
    const QuantizedLinear linear = countingLinear(32, 32, true, 8);
    const auto first = gptqTensors("m", linear, GptqVersion::V1);
    EXPECT_EQ(word(named(first, "m.qweight"), 0), 0x87654321u);
    EXPECT_EQ(word(named(first, "m.qzeros"), 0), 0x77777777u);
    EXPECT_EQ(word(named(gptqTensors("m", linear, GptqVersion::V2), "m.qzeros"), 0), 0x88888888u);
    EXPECT_EQ(named(first, "m.qweight").shape, (std::vector<std::int64_t>{4, 32}));
    EXPECT_EQ(named(first, "m.g_idx").shape, (std::vector<std::int64_t>{32}));
}

TEST(GptqLayout, PacksThreeBitsAsTheGoldenStream) {
    std::vector<std::uint8_t> codes(32);
    for (std::size_t i = 0; i < 32; ++i)
        codes[i] = static_cast<std::uint8_t>(i % 8);
    std::vector<std::uint32_t> words(wordsFor(32, 3));
    packWords(codes, 3, words);
    EXPECT_THAT(words, testing::ElementsAre(0x88fac688u, 0xc688fac6u, 0xfac688fau));
    std::vector<std::uint8_t> back(32);
    unpackWords(words, 3, back);
    EXPECT_EQ(back, codes);
}

TEST(AwqLayout, MeetsTheGoldenWord) {
    const auto tensors = awqTensors("m", countingLinear(8, 32, false, 8));
    EXPECT_EQ(word(named(tensors, "m.qweight"), 0), 0x86427531u);
    EXPECT_EQ(word(named(tensors, "m.qzeros"), 0), 0x88888888u);
    EXPECT_EQ(named(tensors, "m.qweight").shape, (std::vector<std::int64_t>{32, 1}));
}

TEST(CompressedLayout, MeetsTheGoldenWord) {
    QuantizedLinear linear = emptyLinear({4, -1, true}, 1, 8);
    const std::vector<int> values = {-8, -4, -1, 0, 1, 3, 5, 7};
    for (std::size_t i = 0; i < 8; ++i)
        linear.codes[i] = static_cast<std::uint8_t>(values[i] + 8);
    linear.scales = {1.0f};
    linear.zeros = {8};
    const auto tensors = packQuantizedTensors("m", linear, DType::F16);
    EXPECT_EQ(word(named(tensors, "m.weight_packed"), 0), 0xfdb98740u);
}

struct RoundTrip {
    Scheme scheme;
    Index out = 64, in = 128;
    bool scattered = false;
};

/// Writes the tensors of a module m into a checkpoint of their own.
class Layouts : public testing::Test {
protected:
    test::TemporaryFolder folder;

    Checkpoint written(const std::vector<TensorBytes>& tensors) {
        SafetensorsWriter writer(folder.path(), 10000);
        for (const TensorBytes& tensor : tensors)
            writer.add(tensor);
        writer.finish();
        return Checkpoint(folder.path());
    }
    static void expectSame(const QuantizedLinear& read, const QuantizedLinear& linear) {
        EXPECT_EQ(read.codes, linear.codes);
        EXPECT_EQ(read.scales, linear.scales);
        EXPECT_EQ(read.zeros, linear.zeros);
        EXPECT_EQ(read.groupIndex, linear.groupIndex);
        const Matrix expected = linear.storedWeight(), seen = read.storedWeight();
        EXPECT_TRUE(std::ranges::equal(seen.values(), expected.values()));
    }
};

TEST_F(Layouts, OfGptqReadBackTheSame) {
    for (const int bits : {2, 3, 4, 8})
        for (const bool symmetric : {true, false})
            for (const int group : {32, 128, -1})
                for (const GptqVersion version : {GptqVersion::V1, GptqVersion::V2}) {
                    SCOPED_TRACE(testing::Message() << bits << " bits, groups of " << group);
                    const auto linear = test::syntheticLinear({bits, group, symmetric}, 64, 128, 1, group == 32);
                    const Checkpoint checkpoint = written(gptqTensors("m", linear, version));
                    expectSame(readGptqLinear(checkpoint, "m", 64, 128, version), linear);
                }
}

TEST_F(Layouts, OfAwqReadBackTheSame) {
    for (const bool symmetric : {true, false})
        for (const int group : {32, -1}) {
            const auto linear = test::syntheticLinear({4, group, symmetric}, 24, 128, 2);
            expectSame(readAwqLinear(written(awqTensors("m", linear)), "m", 24, 128), linear);
        }
}

TEST_F(Layouts, OfCompressedTensorsReadBackTheSame) {
    for (const int bits : {4, 8})
        for (const bool symmetric : {true, false})
            for (const int group : {32, -1}) {
                const auto linear = test::syntheticLinear({bits, group, symmetric}, 20, 96, 3, group == 32);
                const auto tensors = packQuantizedTensors("m", linear, DType::F16);
                expectSame(readCompressedLinear(written(tensors), "m", 20, 96, bits), linear);
            }
    const auto linear = test::syntheticLinear({8, -1, true}, 20, 96, 4);
    expectSame(readCompressedLinear(written(intQuantizedTensors("m", linear, DType::F16)), "m", 20, 96, 8), linear);
}

TEST_F(Layouts, RefuseScalesThatTheTypeCannotHold) {
    auto linear = test::syntheticLinear({4, 32, true}, 32, 64, 5);
    linear.scales[3] = 0.1f;
    const auto error = test::caughtError([&] { gptqTensors("m", linear, GptqVersion::V1); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Unsupported);
    EXPECT_THAT(error->what(), testing::AllOf(HasSubstr("row 1, group 1"), HasSubstr("--scale-type f16")));
}

TEST_F(Layouts, RefuseAZeroPointThatTheFirstVersionWouldWrap) {
    auto linear = test::syntheticLinear({4, 32, false}, 32, 64, 6);
    EXPECT_NO_THROW(requireGptqZeros("m", linear));
    linear.zeros[5] = 0;
    const auto error = test::caughtError([&] { requireGptqZeros("m", linear); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), testing::AllOf(HasSubstr("row 2, group 1"), HasSubstr("gptq-v2")));
}

TEST_F(Layouts, AreNotBelievedWhenTheyDoNotFit) {
    const auto linear = test::syntheticLinear({4, 32, false}, 32, 64, 7);
    const auto tensors = gptqTensors("m", linear, GptqVersion::V1);
    const Checkpoint good = written(tensors);
    EXPECT_THROW(readGptqLinear(good, "m", 64, 64, GptqVersion::V1), Error); // another shape
    EXPECT_THROW(readGptqLinear(good, "n", 32, 64, GptqVersion::V1), Error); // another name
    EXPECT_THROW(readAwqLinear(good, "m", 32, 64), Error);                   // another layout

    auto foreign = tensors;
    const std::int32_t far = 1'000'000'000;
    std::memcpy(foreign[3].bytes.data(), &far, sizeof(far));
    const auto group = test::caughtError([&] { readGptqLinear(written(foreign), "m", 32, 64, GptqVersion::V1); });
    ASSERT_TRUE(group);
    EXPECT_THAT(group->what(), HasSubstr("column 0 into group 1000000000 of 2"));

    auto uneven = tensors;
    uneven[2] = tensorOf<std::uint16_t>("m.scales", DType::F16, {3, 32}, std::vector<std::uint16_t>(96));
    EXPECT_THROW(readGptqLinear(written(uneven), "m", 32, 64, GptqVersion::V1), Error);

    auto notFinite = tensors;
    const std::uint16_t infinity = 0x7C00;
    std::memcpy(notFinite[2].bytes.data(), &infinity, sizeof(infinity));
    EXPECT_THROW(readGptqLinear(written(notFinite), "m", 32, 64, GptqVersion::V1), Error);

    auto lacking = packQuantizedTensors("m", linear, DType::F16);
    lacking.pop_back(); // weight_shape
    EXPECT_THROW(readCompressedLinear(written(lacking), "m", 32, 64, 4), Error);
    EXPECT_THROW(readCompressedLinear(written(packQuantizedTensors("m", linear, DType::F16)), "m", 32, 64, 8), Error);
}

} // namespace
} // namespace vernier
