#include "core/quantize/rtn.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/tensor/dtype.h"
#include "tests/core/quantize/random_layer.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <omp.h>

namespace vernier {
namespace {

// A bf16 matrix of the demo model, read without core/model: header length, JSON header, data.
Matrix demoWeight(const std::string& name) {
    const std::string file = test::get(test::demoFolder() / "model" / "model.safetensors");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, file.data(), sizeof headerBytes);
    const auto entry = nlohmann::json::parse(file.substr(sizeof headerBytes, headerBytes)).at(name);
    Matrix weight(entry.at("shape").at(0).get<Index>(), entry.at("shape").at(1).get<Index>());
    const char* data =
        file.data() + sizeof headerBytes + headerBytes + entry.at("data_offsets").at(0).get<std::size_t>();
    for (Index i = 0; i < weight.rows() * weight.cols(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, data + i * 2, sizeof bits);
        weight.data()[i] = floatFromBf16(bits);
    }
    return weight;
}

class RtnGolden : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Demo, RtnGolden, testing::Values("self_attn.q_proj", "mlp.down_proj"),
                         [](const auto& test) { return std::string(test.param).substr(0, 3); });

TEST_P(RtnGolden, codesEqualTheDoublePrecisionReference) {
    const auto expected = test::golden("demo.json").at("codes_layer0").at(GetParam());
    const Matrix weight = demoWeight(std::string("model.layers.0.") + GetParam() + ".weight");
    const QuantizedLinear linear =
        quantizeRtn(weight.view(), Scheme{expected.at("bits").get<int>(), expected.at("group_size").get<int>(),
                                          expected.at("symmetric").get<bool>()});
    ASSERT_EQ(linear.out, expected.at("shape").at(0).get<Index>());
    ASSERT_EQ(linear.in, expected.at("shape").at(1).get<Index>());
    EXPECT_EQ(sha256(std::as_bytes(std::span(linear.codes))), expected.at("rtn_codes_sha256_uint8").get<std::string>());
}

TEST(Rtn, errorStaysWithinHalfAStep) {
    const auto layer = test::randomLayer(37, 172, 4, 1);
    for (const int bits : {2, 3, 4, 8}) {
        const QuantizedLinear linear = quantizeRtn(layer.weight.view(), Scheme{bits, 64, false});
        const Matrix rounded = linear.dequantize();
        for (Index row = 0; row < 37; ++row)
            for (Index col = 0; col < 172; ++col) {
                // The zero point is rounded too, which can push the ends of the range out by another half step.
                const float scale = linear.scales[static_cast<std::size_t>(row * 3 + col / 64)];
                ASSERT_LE(std::abs(rounded(row, col) - layer.weight(row, col)), 1.0001f * scale);
            }
    }
}

TEST(Rtn, lastGroupMayBeShorter) {
    Matrix weight(1, 5);
    const float values[] = {-1, 2, 0.4f, 30, 0};
    std::copy_n(values, 5, weight.data());
    const QuantizedLinear linear = quantizeRtn(weight.view(), Scheme{2, 3, false});
    EXPECT_THAT(linear.scales, testing::ElementsAre(1.0f, 10.0f));
    EXPECT_THAT(linear.zeros, testing::ElementsAre(1, 0));
    EXPECT_THAT(linear.codes, testing::ElementsAre(0, 3, 1, 3, 0));
}

TEST(Rtn, sameAtAnyThreadCount) {
    const auto layer = test::randomLayer(100, 172, 4, 1);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const QuantizedLinear one = quantizeRtn(layer.weight.view(), Scheme{3, 64, true});
    omp_set_num_threads(2);
    const QuantizedLinear two = quantizeRtn(layer.weight.view(), Scheme{3, 64, true});
    omp_set_num_threads(threads);
    EXPECT_EQ(one.codes, two.codes);
    EXPECT_EQ(one.scales, two.scales);
}

TEST(Rtn, refusesWeightsThatAreNotFinite) {
    Matrix weight(3, 40);
    weight(2, 39) = std::nanf("");
    try {
        quantizeRtn(weight.view(), Scheme{});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Numeric);
        EXPECT_THAT(error.what(), testing::HasSubstr("row 2, column 39"));
    }
    EXPECT_THROW(quantizeRtn(Matrix(0, 4).view(), Scheme{}), Error);
}

} // namespace
} // namespace vernier
