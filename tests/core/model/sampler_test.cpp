#include "core/model/sampler.h"

#include "core/base/error.h"

#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

namespace vernier {
namespace {

const std::vector<float> kLogits{1.0f, 3.0f, 2.0f, 0.0f, 3.0f};

std::map<std::int32_t, int> draw(const SamplerSettings& settings, int times) {
    Sampler sampler(settings);
    std::map<std::int32_t, int> counts;
    for (int i = 0; i < times; ++i)
        ++counts[sampler.pick(kLogits)];
    return counts;
}

TEST(Sampler, TakesTheFirstOfTheLikeliestAtTemperatureZero) {
    EXPECT_EQ(draw({.temperature = 0}, 10), (std::map<std::int32_t, int>{{1, 10}}));
}

TEST(Sampler, DrawsByProbability) {
    const int times = 20000;
    const auto counts = draw({.temperature = 2.0, .seed = 7}, times);
    double sum = 0;
    for (const float logit : kLogits)
        sum += std::exp(double{logit} / 2);
    for (std::size_t id = 0; id < kLogits.size(); ++id) {
        const double p = std::exp(double{kLogits[id]} / 2) / sum;
        EXPECT_NEAR(counts.at(static_cast<std::int32_t>(id)), times * p, 5 * std::sqrt(times * p * (1 - p))) << id;
    }
}

TEST(Sampler, CutsOffWhatIsUnlikely) {
    const auto byRank = draw({.topK = 2, .seed = 1}, 2000);
    EXPECT_EQ(byRank.size(), 2u);
    EXPECT_TRUE(byRank.contains(1) && byRank.contains(4));
    // Probabilities are about 0.392, 0.392, 0.144, 0.053 and 0.020 from the likeliest on.
    EXPECT_EQ(draw({.topP = 0.3, .seed = 1}, 2000), (std::map<std::int32_t, int>{{1, 2000}}));
    EXPECT_EQ(draw({.topP = 0.9, .seed = 1}, 5000).size(), 3u);
    EXPECT_EQ(draw({.topK = 3, .topP = 0.8, .seed = 1}, 5000).size(),
              2u); // the share is of those that rank let through
}

TEST(Sampler, RepeatsItselfForTheSameSeed) {
    Sampler first({.seed = 3}), second({.seed = 3}), other({.seed = 4});
    std::vector<std::int32_t> a, b, c;
    for (int i = 0; i < 100; ++i) {
        a.push_back(first.pick(kLogits));
        b.push_back(second.pick(kLogits));
        c.push_back(other.pick(kLogits));
    }
    EXPECT_EQ(a, b);
    EXPECT_NE(a, c);
}

TEST(Sampler, RefusesWhatMakesNoSense) {
    EXPECT_THROW(Sampler({.temperature = -1}), Error);
    EXPECT_THROW(Sampler({.temperature = std::nan("")}), Error);
    EXPECT_THROW(Sampler({.topK = -1}), Error);
    EXPECT_THROW(Sampler({.topP = 0}), Error);
    Sampler sampler({});
    EXPECT_THROW(sampler.pick(std::vector<float>{0.0f, std::nanf("")}), Error);
    EXPECT_THROW(sampler.pick(std::vector<float>{0.0f, std::numeric_limits<float>::infinity()}), Error);
    EXPECT_THROW(sampler.pick({}), Error);
}

} // namespace
} // namespace vernier
