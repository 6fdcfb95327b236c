#include "core/quantize/activation_rounding.h"

#include "core/base/error.h"
#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_model.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

/// The demo model with weights as they are or of 8 bits, its activations rounded, judged against full precision.
class RoundedDemo {
public:
    explicit RoundedDemo(QuantizeSettings settings) : m_settings(std::move(settings)) {
        QuantizeHooks hooks;
        hooks.onBlock = [&](const QuantizedBlock& block) { m_blocks.push_back(block); };
        JobContext job;
        quantizeModel(m_model, test::demoWindows("calibration", 4), m_settings, {}, hooks, job);
    }

    double kl() const {
        const TokenWindows windows = test::demoWindows("evaluation", 6);
        JobContext job;
        const HiddenStates exact = finalHidden(m_model, windows, {}, {}, job);
        const LinearSource linears = [this](const std::string& linear) {
            return sourceOf(m_blocks.at(static_cast<std::size_t>(m_model.spec.blockOf(linear))))(linear);
        };
        const RoundingSource rounding = [this](int block) {
            return roundingOf(activationsOf(m_model.spec, m_settings, m_blocks.at(static_cast<std::size_t>(block))));
        };
        const HiddenStates rounded = finalHidden(m_model, windows, {linears, rounding}, {}, job);
        return *score(m_model, windows, rounded, &exact, job).kl;
    }

private:
    Model m_model = Model::open(test::demoFolder() / "model");
    QuantizeSettings m_settings;
    std::vector<QuantizedBlock> m_blocks;
};

QuantizeSettings eightBits(ActivationScheme activations) {
    QuantizeSettings settings;
    settings.method = Method::Rtn;
    settings.scheme = {8, -1, true};
    settings.activations = activations;
    return settings;
}

ActivationScheme perToken(int bits) {
    ActivationScheme scheme;
    scheme.bits = bits;
    return scheme;
}

TEST(RoundedActivations, CostMoreTheFewerBitsTheyHave) {
    const double exact = RoundedDemo(eightBits({})).kl(), eight = RoundedDemo(eightBits(perToken(8))).kl(),
                 six = RoundedDemo(eightBits(perToken(6))).kl(), four = RoundedDemo(eightBits(perToken(4))).kl();
    EXPECT_LT(exact, eight);
    // Rounding errors have a variance of step² / 12, and KL grows with it, 16 times for two bits, until the values of
    // most channels fall below half a step of those with outliers.
    EXPECT_GT(six, 8 * (eight - exact));
    EXPECT_GT(four, six);
}

TEST(RoundedActivations, OfTheCacheCostLessAtEightBitsThanAtFour) {
    ActivationScheme eight, four;
    eight.keyValueBits = 8;
    four.keyValueBits = 4;
    const double none = RoundedDemo(eightBits({})).kl(), at8 = RoundedDemo(eightBits(eight)).kl(),
                 at4 = RoundedDemo(eightBits(four)).kl();
    EXPECT_NE(none, at8);
    EXPECT_GT(at4, 5 * at8);
}

TEST(RoundedActivations, StaticGridsCostMoreThanThoseOfEachToken) {
    ActivationScheme perTensor = perToken(6);
    perTensor.grids = ActivationGrids::PerTensor;
    EXPECT_GT(RoundedDemo(eightBits(perTensor)).kl(), RoundedDemo(eightBits(perToken(6))).kl());
}

TEST(RoundedActivations, AreRefusedWhereOneOfSeveralReadersIsKept) {
    QuantizeSettings settings = eightBits(perToken(8));
    LinearOverride keep;
    keep.pattern = "*.1.self_attn.k_proj";
    keep.skip = true;
    settings.overrides = {keep};
    EXPECT_THROW(RoundedDemo{settings}, Error);
    settings.overrides.front().pattern = "*.1.self_attn.*";
    EXPECT_NO_THROW(RoundedDemo{settings});
}

} // namespace
} // namespace vernier
