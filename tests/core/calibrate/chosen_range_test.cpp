#include "core/calibrate/chosen_range.h"

#include "core/calibrate/clipping.h"
#include "tests/support/caught_error.h"

#include <limits>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::caughtError;
using testing::HasSubstr;

const ChosenRange kFirst{"a:input", ClippingMethod::Entropy, -1, 2};
const ChosenRange kSecond{"b:input", std::nullopt, -3, 0};

TEST(ChosenRange, StandsOncePerTap) {
    std::vector<ChosenRange> ranges;
    setChosenRange(ranges, kFirst);
    setChosenRange(ranges, kSecond);
    const ChosenRange wider{"a:input", std::nullopt, -5, 5};
    setChosenRange(ranges, wider);
    EXPECT_EQ(ranges, (std::vector{wider, kSecond}));
    ASSERT_TRUE(findChosenRange(ranges, "b:input"));
    EXPECT_EQ(findChosenRange(ranges, "b:input")->low, -3);
    EXPECT_FALSE(findChosenRange(ranges, "c:input"));
    EXPECT_TRUE(removeChosenRange(ranges, "a:input"));
    EXPECT_FALSE(removeChosenRange(ranges, "a:input"));
    EXPECT_EQ(ranges, std::vector{kSecond});
}

TEST(ChosenRange, HoldsZeroAndIsFinite) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kFar = std::numeric_limits<double>::infinity();
    std::vector<ChosenRange> ranges;
    const auto problem = [&](const std::string& tap, double low, double high) {
        const auto error = caughtError([&] { setChosenRange(ranges, {tap, std::nullopt, low, high}); });
        return error ? std::string(error->what()) : std::string();
    };
    EXPECT_THAT(problem("a:input", 1, 2), HasSubstr("a:input: the range 1 to 2 does not hold zero"));
    EXPECT_THAT(problem("a:input", -2, -1), HasSubstr("does not hold zero"));
    EXPECT_THAT(problem("a:input", 2, -1), HasSubstr("does not hold zero"));
    EXPECT_THAT(problem("a:input", 0, 0), HasSubstr("nothing but zero"));
    EXPECT_THAT(problem("a:input", kNan, 1), HasSubstr("not finite"));
    EXPECT_THAT(problem("a:input", -1, kFar), HasSubstr("not finite"));
    EXPECT_THAT(problem("", -1, 1), HasSubstr("tap: is empty"));
    EXPECT_TRUE(ranges.empty());
}

TEST(ChosenRange, NamesItsMethod) {
    for (const ClippingMethod method : kClippingMethods) {
        EXPECT_EQ(methodText({"a", method, 0, 1}), name(method));
        EXPECT_EQ(chosenMethodFromText(name(method)), method);
    }
    EXPECT_EQ(chosenMethodFromText(methodText(kSecond)), std::nullopt);
    EXPECT_THAT(caughtError([] { chosenMethodFromText("luck"); })->what(),
                HasSubstr("luck is none of by hand, min/max, moving average, percentile, MSE, entropy"));
}

} // namespace
} // namespace vernier
