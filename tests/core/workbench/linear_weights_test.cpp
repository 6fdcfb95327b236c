#include "core/workbench/linear_weights.h"

#include "core/base/error.h"
#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <cmath>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class RunWeights : public test::SmallProject {
protected:
    vernier::Run run;

    void SetUp() override {
        SmallProject::SetUp();
        QuantizeRequest request;
        request.settings.method = Method::Gptq;
        request.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
        request.settings.order = ColumnOrder::Activation;
        LinearOverride keep;
        keep.pattern = "*.1.mlp.up_proj";
        keep.skip = true;
        request.settings.overrides.push_back(keep);
        request.calibration = calibration;
        run = quantize(bench, project, request, job).run;
    }
    std::vector<WeightReport> report(const std::string& pattern) {
        std::vector<WeightReport> reports;
        reportWeights(bench, project, run, pattern, job, [&](const WeightReport& is) { reports.push_back(is); });
        return reports;
    }
};

TEST_F(RunWeights, AreTheCodesOfTheRunBesideTheModelsWeight) {
    const std::string name = "model.layers.1.mlp.down_proj";
    const auto reports = report("*.1.mlp.*");
    ASSERT_EQ(reports.size(), 3u);
    EXPECT_EQ(reports[2].name, name);
    EXPECT_EQ(reports[2].block, 1);
    EXPECT_FALSE(reports[1].isQuantized); // up_proj was kept
    EXPECT_GT(reports[1].numbers.rms, 0);
    const WeightReport& is = reports[2];
    ASSERT_TRUE(is.isQuantized);
    EXPECT_TRUE(is.hasGroupIndex);

    // Straight from what is stored, in double precision.
    const QuantizedBlock block = runBlock(bench, run, 1);
    const QuantizedLinear& codes = block.linears.at(name);
    const auto model = bench.open(test::demoFolder() / "model", job);
    const Matrix original = model->model.matrix(name + ".weight", codes.out, codes.in);
    double squares = 0, errors = 0;
    std::set<int> used;
    std::size_t atEnds = 0;
    for (Index row = 0; row < codes.out; ++row)
        for (Index column = 0; column < codes.in; ++column) {
            const auto grid =
                static_cast<std::size_t>(row * codes.groups() + codes.groupIndex[static_cast<std::size_t>(column)]);
            const int code = codes.codes[static_cast<std::size_t>(row * codes.in + column)];
            const double value = double{codes.scales[grid]} * (code - codes.zeros[grid]);
            errors += std::pow(value - double{original(row, column)}, 2);
            squares += std::pow(double{original(row, column)}, 2);
            used.insert(code);
            atEnds += code == 0 || code == 7;
        }
    EXPECT_NEAR(is.numbers.relativeError, errors / squares, 1e-6 * errors / squares);
    EXPECT_NEAR(is.numbers.sqnrDb, 10 * std::log10(squares / errors), 1e-4);
    EXPECT_EQ(is.numbers.usage.unused(), 8 - static_cast<int>(used.size()));
    EXPECT_DOUBLE_EQ(is.numbers.usage.endShare(),
                     static_cast<double>(atEnds) / static_cast<double>(codes.out * codes.in));
    EXPECT_EQ(is.numbers.scales.high, double{*std::ranges::max_element(codes.scales)});
    ASSERT_TRUE(is.outputError);
    EXPECT_EQ(*is.outputError, std::ranges::find(run.reports, name, &LinearReport::name)->relativeError);

    const LinearWeights weights = runWeights(bench, run, name, job);
    EXPECT_EQ(valueAt(weights, WeightQuantity::Original, 5, 9), double{original(5, 9)});
    EXPECT_EQ(weights.codes->codes, codes.codes);
    EXPECT_FALSE(runWeights(bench, run, "model.layers.1.mlp.up_proj", job).codes);
    EXPECT_THAT([&] { runWeights(bench, run, "model.layers.1.mlp", job); },
                ThrowsMessage<Error>(HasSubstr("has no linear model.layers.1.mlp")));
    EXPECT_THAT([&] { report("nothing"); }, ThrowsMessage<Error>(HasSubstr("none fits nothing")));
}

TEST_F(RunWeights, AreSolvedAgainWhereTheCacheHasLostThem) {
    const auto before = report("*.2.self_attn.q_proj");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "cache"))
        if (std::ranges::find(run.blockKeys, entry.path().stem().string()) != run.blockKeys.end())
            std::filesystem::resize_file(entry.path(), 1);
    EXPECT_THROW(runWeights(bench, run, "model.layers.2.self_attn.q_proj", job), Error);
    const auto after = report("*.2.self_attn.q_proj");
    ASSERT_EQ(after.size(), 1u);
    EXPECT_EQ(after[0].numbers.relativeError, before[0].numbers.relativeError);
}

} // namespace
} // namespace vernier
