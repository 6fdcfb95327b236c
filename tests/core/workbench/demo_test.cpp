#include "core/store/project_file.h"
#include "core/workbench/compare.h"
#include "core/workbench/demo.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

// The point of the mission, on the demo model at 3 bits: GPTQ and AWQ lose less than RTN, and a set of greetings
// calibrates worse than a diverse one of the same size. The second time everything comes from the cache.
TEST(Demo, ShowsThePointOfTheMissionAndThenReusesTheCache) {
    const test::TemporaryFolder folder;
    Workbench bench(folder / "cache");
    JobContext job;
    Project project;
    const DemoReport first = runDemo(bench, folder / "demo.vernier", project, job);
    EXPECT_EQ(first.runsComputed, 4);
    std::map<std::string, ComparisonRow> rows;
    for (const ComparisonRow& row : compareRuns(project))
        rows[row.run] = row;
    const double rtn = *rows.at("rtn-3bit-g64").perplexityLoss, gptq = *rows.at("gptq-3bit-g64").perplexityLoss;
    EXPECT_LT(gptq, rtn);
    EXPECT_LT(*rows.at("awq-3bit-g64").perplexityLoss, rtn);
    EXPECT_GT(*rows.at("gptq-3bit-g64-greetings").perplexityLoss, 10 * gptq);

    Project again = loadProject(folder / "demo.vernier");
    const DemoReport second = runDemo(bench, folder / "demo.vernier", again, job);
    EXPECT_EQ(second.calibrationsComputed + second.runsComputed + second.evaluationsComputed, 0);
    EXPECT_EQ(again.runs.size(), 4u);
    EXPECT_EQ(again.corpus.size(), project.corpus.size());
    EXPECT_EQ(again.calibrations.size(), 2u);
}

} // namespace
} // namespace vernier
