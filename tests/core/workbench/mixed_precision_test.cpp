#include "core/workbench/mixed_precision.h"

#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <algorithm>

namespace vernier {
namespace {

class MixedBits : public test::SmallProject {
protected:
    MixedPrecisionRequest request(bool measured) const {
        MixedPrecisionRequest wanted;
        wanted.settings.method = Method::Rtn;
        wanted.settings.scheme = {4, 64, true, NumberFormat::Integer, ScaleType::F16};
        wanted.calibration = calibration;
        wanted.bits = {2, 3, 4, 6, 8};
        wanted.bitsPerWeight = 4.25; // what 4 bits in groups of 64 take
        wanted.measured = measured;
        wanted.data.sequenceLength = 64;
        wanted.data.maxWindows = 6;
        return wanted;
    }
    double klOf(const QuantizeSettings& settings) {
        const vernier::Run run = quantize(bench, project, {"run", settings, calibration}, job).run;
        EvaluationData data;
        data.sequenceLength = 64;
        return *evaluateRun(bench, project, run, data, job).evaluation.kl;
    }
};

TEST_F(MixedBits, KeepTheBudgetAndBeatUniformOnes) {
    const MixedPrecision chosen = chooseBits(bench, project, request(true), job);
    EXPECT_LE(chosen.bitsPerWeight, 4.25);
    EXPECT_GT(chosen.bitsPerWeight, 4.15);
    const vernier::Run run = quantize(bench, project, {"mixed", chosen.settings, calibration}, job).run;
    EXPECT_NEAR(run.bitsPerWeight(), chosen.bitsPerWeight, 1e-12);
    for (const LinearChoices& linear : chosen.linears)
        EXPECT_EQ(settingsFor(chosen.settings, linear.name).scheme.bits, linear.pickedBits) << linear.name;
    EXPECT_LT(klOf(chosen.settings), 0.7 * klOf(request(true).settings));
    EXPECT_EQ(chosen.sensitivityBits, 4);
    // The curve falls from all at the fewest to all at the most bits.
    EXPECT_NEAR(chosen.curve.front().bitsPerWeight, 2.25, 1e-9);
    EXPECT_NEAR(chosen.curve.back().bitsPerWeight, 8.25, 1e-9);
    EXPECT_TRUE(std::ranges::is_sorted(chosen.curve, std::ranges::greater{}, &TradeOff::cost));
}

TEST_F(MixedBits, ByEstimatesAloneKeepTheBudgetToo) {
    const MixedPrecision chosen = chooseBits(bench, project, request(false), job);
    EXPECT_LE(chosen.bitsPerWeight, 4.25);
    EXPECT_EQ(chosen.sensitivityBits, 0);
    EXPECT_GT(chosen.cost, 0);
}

TEST_F(MixedBits, LeaveWhatWasDecidedAlone) {
    MixedPrecisionRequest wanted = request(false);
    LinearOverride keep, eight;
    keep.pattern = "*.0.mlp.down_proj";
    keep.skip = true;
    eight.pattern = "*.k_proj";
    eight.bits = 8;
    wanted.settings.overrides = {keep, eight};
    wanted.bitsPerWeight = 5.5;
    const MixedPrecision chosen = chooseBits(bench, project, wanted, job);
    EXPECT_LE(chosen.bitsPerWeight, 5.5);
    EXPECT_TRUE(settingsFor(chosen.settings, "model.layers.0.mlp.down_proj").skip);
    EXPECT_EQ(settingsFor(chosen.settings, "model.layers.3.self_attn.k_proj").scheme.bits, 8);
    const vernier::Run run = quantize(bench, project, {"mixed", chosen.settings, calibration}, job).run;
    EXPECT_NEAR(run.bitsPerWeight(), chosen.bitsPerWeight, 1e-12);
}

TEST_F(MixedBits, RefuseABudgetThatNothingFits) {
    MixedPrecisionRequest wanted = request(false);
    wanted.bitsPerWeight = 2;
    EXPECT_THROW(chooseBits(bench, project, wanted, job), Error);
    wanted.bitsPerWeight = 4;
    wanted.bits = {4};
    EXPECT_THROW(chooseBits(bench, project, wanted, job), Error);
    wanted.bits = {2, 9};
    EXPECT_THROW(chooseBits(bench, project, wanted, job), Error);
}

} // namespace
} // namespace vernier
