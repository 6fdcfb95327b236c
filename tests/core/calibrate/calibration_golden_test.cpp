#include "core/base/error.h"
#include "core/calibrate/calibration_pass.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;

/// Largest magnitude of one kind of number over the taps, to which the golden tolerance is relative.
double largest(const json& taps, const char* kind) {
    double top = 0;
    for (const auto& [name, tap] : taps.items())
        for (const json& value : tap[kind].is_array() ? tap[kind] : json::array({tap[kind]}))
            top = std::max(top, std::fabs(value.get<double>()));
    return top;
}

TEST(CalibrationPass, MeetsTheGoldenStatisticsOfTheDemo) {
    const json golden = test::golden("demo.json")["taps_fp"];
    const Model model = Model::open(test::demoFolder() / "model");
    const TokenWindows windows = test::demoWindows("calibration", 32);
    const auto near = [&](double value, const json& tap, const char* kind) {
        EXPECT_NEAR(value, tap[kind].get<double>(), 1e-5 * largest(golden, kind)) << kind;
    };
    JobContext job;
    int taps = 0;
    PassHooks hooks;
    hooks.onBlock = [&](const BlockStatistics& block) {
        const auto groups = model.spec.inputGroups(block.block);
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (const LinearSpec& linear : groups[g].linears) {
                const std::string name = model.spec.linearName(block.block, linear.name) + ":input";
                SCOPED_TRACE(name);
                const json& expected = golden.at(name);
                const TapStatistics& tap = block.taps[g];
                near(tap.min(), expected, "min");
                near(tap.max(), expected, "max");
                near(tap.mean(), expected, "mean");
                near(tap.rms(), expected, "rms");
                EXPECT_EQ(tap.absMaxChannel(), expected["abs_max_channel"].get<Index>());
                for (Index c = 0; c < 8; ++c)
                    EXPECT_NEAR(tap.channels.meanAbs(c), expected["mean_abs_first8"][static_cast<std::size_t>(c)],
                                1e-5 * largest(golden, "mean_abs_first8"));
                const Gram& gram = block.grams[g];
                const auto tokens = static_cast<double>(gram.tokens());
                double trace = 0;
                for (Index i = 0; i < gram.in(); ++i)
                    trace += double{gram.sum()(i, i)};
                near(trace / tokens, expected, "gram_trace");
                for (Index c = 0; c < 4; ++c)
                    EXPECT_NEAR(gram.sum()(0, c) / tokens, expected["gram_0_first4"][static_cast<std::size_t>(c)],
                                1e-5 * largest(golden, "gram_0_first4"));
                ++taps;
            }
    };
    runCalibrationPass(model, windows, {}, hooks, job);
    EXPECT_EQ(taps, 42);
}

Matrix embedded(const Model& model, const TokenWindows& windows) {
    Matrix hidden(std::ssize(windows.ids), model.spec.hiddenSize);
    model.embed(windows.ids, windows.sequenceLength, hidden.view());
    return hidden;
}

TEST(CalibrationPass, ObservesEveryTapOfABlock) {
    const Model model = Model::open(test::demoFolder() / "model");
    const TokenWindows windows = test::demoWindows("calibration", 2);
    Matrix hidden = embedded(model, windows);
    BlockStatistics block(model.spec, 0, {.channelHistograms = true});
    observeBlock(model.spec, Block(model, 0), hidden.view(), 0, windows, block, JobContext());
    const auto specs = model.spec.taps(0);
    ASSERT_EQ(block.taps.size(), specs.size());
    ASSERT_EQ(block.grams.size(), model.spec.inputGroups(0).size());
    for (std::size_t i = 0; i < specs.size(); ++i) {
        SCOPED_TRACE(specs[i].name);
        EXPECT_EQ(block.taps[i].tokens(), windows.ids.size());
        EXPECT_EQ(block.taps[i].channels.channels(), specs[i].channels);
        EXPECT_EQ(block.taps[i].windows.windows(), 2u);
        EXPECT_EQ(block.taps[i].channelHistograms.size(), static_cast<std::size_t>(specs[i].channels));
        EXPECT_LT(block.taps[i].extremes.values()[0].row, windows.ids.size());
    }
    // The residual stream is what the block leaves.
    const auto residual = std::ranges::find(specs, TapKind::Residual, &TapSpec::kind) - specs.begin();
    const TapStatistics& left = block.taps[static_cast<std::size_t>(residual)];
    EXPECT_EQ(left.max(), std::ranges::max(hidden.values()));
    const ExtremeValue worst = left.extremes.values()[0];
    EXPECT_EQ(hidden(static_cast<Index>(worst.row), static_cast<Index>(worst.channel)), worst.value);
}

TEST(CalibrationPass, NamesTheTapAndTheTokenOfWhatIsNotFinite) {
    const Model model = Model::open(test::demoFolder() / "model");
    const TokenWindows windows = test::demoWindows("calibration", 2);
    Matrix hidden = embedded(model, windows);
    hidden(windows.sequenceLength + 7, 3) = std::numeric_limits<float>::infinity();
    try {
        BlockStatistics block(model.spec, 0);
        observeBlock(model.spec, Block(model, 0), hidden.view(), 0, windows, block, JobContext());
        FAIL() << "was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Numeric);
        EXPECT_NE(std::string(error.what()).find("q_proj:input"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("token 7 (id"), std::string::npos) << error.what();
    }
}

TEST(CalibrationPass, RefusesWindowsLongerThanTheModelsPositions) {
    const Model model = Model::open(test::demoFolder() / "model");
    TokenWindows windows;
    windows.sequenceLength = 513;
    windows.ids.assign(513, 1);
    JobContext job;
    EXPECT_THROW(runCalibrationPass(model, windows, {}, {}, job), Error);
}

} // namespace
} // namespace vernier
