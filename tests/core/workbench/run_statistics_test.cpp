#include "core/workbench/run_statistics.h"

#include "core/base/error.h"
#include "core/model/block.h"
#include "core/workbench/drift.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class RunStatistics : public test::SmallProject {
protected:
    vernier::Run run;

    void SetUp() override {
        SmallProject::SetUp();
        remember(project, calibration);
        QuantizeRequest request;
        request.name = "three";
        request.settings.method = Method::Rtn;
        request.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
        request.calibration = calibration;
        run = quantize(bench, project, request, job).run;
        remember(project, run);
    }
};

TEST_F(RunStatistics, AreThoseOfTheModelWithItsWeightsReplaced) {
    EXPECT_FALSE(isObserved(bench, run));
    EXPECT_EQ(loadRunStatistics(bench, run, 2), nullptr);
    int handed = 0;
    observeRun(bench, project, run, job, [&](const auto& block) { EXPECT_EQ(block->block, handed++); });
    EXPECT_EQ(handed, 6);
    EXPECT_TRUE(isObserved(bench, run));

    // The same text through blocks whose linears are what the stored codes say.
    const auto model = bench.open(test::demoFolder() / "model", job);
    const TokenWindows windows = packSet(project, *project.findSet("calibration"), *model, calibration.recipe, job);
    Matrix hidden(std::ssize(windows.ids), model->model.spec.hiddenSize);
    model->model.embed(windows.ids, windows.sequenceLength, hidden.view());
    const std::size_t tap = 3; // the input of down_proj
    float low = 0, high = 0;
    for (int index = 0; index <= 2; ++index) {
        const QuantizedBlock codes = runBlock(bench, run, index);
        const LinearSource linears = [&](const std::string& name) -> std::optional<Matrix> {
            return codes.linears.at(name).dequantize();
        };
        const Block block(model->model, index, ModelChanges(linears));
        TapRequest request{{TapKind::LinearInput}, [&](const Observation& seen) {
                               if (index != 2 || seen.tap != tap)
                                   return;
                               for (Index row = 0; row < seen.values.rows; ++row)
                                   for (Index column = 0; column < seen.values.cols; ++column) {
                                       low = std::min(low, seen.values(row, column));
                                       high = std::max(high, seen.values(row, column));
                                   }
                           }};
        block.forward(hidden.view(), windows.sequenceLength, job, request);
    }
    const auto observed = loadRunStatistics(bench, run, 2);
    ASSERT_NE(observed, nullptr);
    EXPECT_TRUE(observed->grams.empty());
    EXPECT_EQ(observed->taps[tap].tokens(), static_cast<std::uint64_t>(windows.ids.size()));
    EXPECT_EQ(observed->taps[tap].min(), low);
    EXPECT_EQ(observed->taps[tap].max(), high);
    EXPECT_NE(observed->taps[tap].max(), loadBlockStatistics(bench, calibration, 2)->taps[tap].max());
}

TEST_F(RunStatistics, GiveTheDriftOfARunFromFullPrecision) {
    const auto reports = reportDrift(bench, project, {.taps = "*:input", .run = "three"}, job);
    ASSERT_EQ(reports.size(), 24u);
    for (const DriftReport& report : reports) {
        const auto taps = bench.open(test::demoFolder() / "model", job)->model.spec.taps(report.block);
        const auto tap =
            static_cast<std::size_t>(std::ranges::find(taps, report.tap.name, &TapSpec::name) - taps.begin());
        const auto calibrated = loadBlockStatistics(bench, calibration, report.block);
        const auto observed = loadRunStatistics(bench, run, report.block);
        const TapStatistics &before = calibrated->taps[tap], &after = observed->taps[tap];
        EXPECT_EQ(report.drift.divergence, jensenShannon(before.histogram, after.histogram));
        // Nothing has been quantized before the first input.
        if (report.block == 0 && tap == 0) {
            EXPECT_EQ(report.drift.divergence, 0);
        } else {
            EXPECT_GT(report.drift.divergence, 0);
        }
        EXPECT_EQ(report.otherHigh, double{after.max()});
    }
    EXPECT_THAT([&] { reportDrift(bench, project, {.run = "four"}, job); },
                ThrowsMessage<Error>(HasSubstr("run four")));
    EXPECT_THAT([&] { reportDrift(bench, project, {.taps = "x", .run = "three"}, job); },
                ThrowsMessage<Error>(HasSubstr("no tap fits x")));
}

TEST_F(RunStatistics, NeedTheSetTheyWereCalibratedOn) {
    CalibrationSet& set = project.sets.front();
    ASSERT_EQ(set.name, "calibration");
    set.documents = {set.documents[2], set.documents[1], set.documents[0], set.documents[3], set.documents[4]};
    EXPECT_THAT([&] { observeRun(bench, project, run, job); }, ThrowsMessage<Error>(HasSubstr("has changed since")));
}

} // namespace
} // namespace vernier
