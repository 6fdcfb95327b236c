#include "core/workbench/sweep.h"

#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <set>

namespace vernier {
namespace {

class Sweep : public test::SmallProject {
protected:
    QuantizeSettings base;
    EvaluationData data;

    void SetUp() override {
        SmallProject::SetUp();
        base.method = Method::Rtn;
        base.scheme = {4, 64, false};
        data.sequenceLength = 64;
        data.maxWindows = 3;
    }
};

TEST_F(Sweep, IsEveryCombinationOnce) {
    const SweepAxes axes{{Method::Rtn, Method::Gptq}, {3, 4, 3}, {32, 64}, {}};
    const auto points = sweepPoints(project, base, calibration, axes);
    ASSERT_EQ(points.size(), 8u);
    std::set<std::tuple<Method, int, int>> seen;
    for (const SweepPoint& point : points)
        seen.emplace(point.settings.method, point.settings.scheme.bits, point.settings.scheme.groupSize);
    EXPECT_EQ(seen.size(), 8u);
    EXPECT_EQ(sweepPoints(project, base, calibration, {}).size(), 1u);
    EXPECT_THROW(sweepPoints(project, base, calibration, {{}, {1}, {}, {}}), Error);
    EXPECT_THROW(sweepPoints(project, base, calibration, {{}, {}, {}, {"evaluation"}}), Error);
}

TEST_F(Sweep, MakesAndEvaluatesRunsAndTakesThoseThatAreThere) {
    const auto points = sweepPoints(project, base, calibration, {{}, {3, 4}, {64}, {}});
    std::vector<std::string> made;
    const auto note = [&](const vernier::Run& run) { made.push_back(run.name); };
    runSweep(bench, project, points, data, job, note);
    ASSERT_EQ(project.runs.size(), 2u);
    EXPECT_EQ(made, (std::vector<std::string>{"rtn-3bit-g64", "rtn-4bit-g64"}));
    EXPECT_GT(project.runs[0].evaluation->kl, project.runs[1].evaluation->kl);
    runSweep(bench, project, sweepPoints(project, base, calibration, {{}, {4, 5}, {64}, {}}), data, job, note);
    EXPECT_EQ(project.runs.size(), 3u); // the one of 4 bits is not made again under another name
    EXPECT_EQ(made.size(), 4u);
}

TEST_F(Sweep, ARunThatDiffersInOneLayerSolvesItsBlockAlone) {
    base.method = Method::Gptq;
    base.grams = GramSource::FullPrecision;
    const auto keysOf = [&](const QuantizeSettings& settings) {
        return quantize(bench, project, {"run", settings, calibration}, job).run.blockKeys;
    };
    const auto uniform = keysOf(base);
    QuantizeSettings changed = base;
    LinearOverride eight;
    eight.pattern = "model.layers.3.mlp.down_proj";
    eight.bits = 8;
    changed.overrides = {eight};
    const auto mixed = keysOf(changed);
    for (std::size_t block = 0; block < uniform.size(); ++block)
        EXPECT_EQ(uniform[block] == mixed[block], block != 3) << block;
    // With Grams of the quantized prefix, later blocks see what earlier ones became.
    base.grams = changed.grams = GramSource::QuantizedPrefix;
    EXPECT_NE(keysOf(base).front(), keysOf(changed).front());
}

} // namespace
} // namespace vernier
