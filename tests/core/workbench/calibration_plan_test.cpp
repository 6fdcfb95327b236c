#include "core/base/error.h"
#include "core/store/cache_maintenance.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/calibration_plan.h"
#include "core/workbench/import_files.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class CalibrationPlanning : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;
    CalibrateRequest request;

    void SetUp() override {
        importFiles(project, {test::demoFolder() / "text" / "calibration.jsonl"}, {"calibration", {}}, job);
        request.modelFolder = test::demoFolder() / "model";
        request.setName = "calibration";
        request.recipe.sequenceLength = 128;
        request.recipe.maxWindows = 8;
    }
    std::uint64_t artefactsOnTheDisk() const {
        std::uint64_t bytes = 0;
        for (const CacheEntry& entry : scanCache(bench.cache.folder()))
            bytes += entry.bytes;
        return bytes;
    }
};

TEST_F(CalibrationPlanning, ForetellsWhatTheCalibrationThenTakes) {
    const CalibrationPlan plan = planCalibration(bench, project, request, job);
    EXPECT_EQ(artefactsOnTheDisk(), 0u); // planning leaves nothing behind
    EXPECT_EQ(plan.windows, 8);
    EXPECT_EQ(plan.sequenceLength, 128);
    EXPECT_EQ(plan.blocks, 6);
    EXPECT_EQ(plan.blocksCached, 0);
    EXPECT_FALSE(plan.complete());
    EXPECT_GT(plan.seconds, 0);
    EXPECT_TRUE(plan.memory.hiddenInMemory);

    calibrate(bench, project, request, job);
    const auto disk = static_cast<double>(artefactsOnTheDisk());
    EXPECT_NEAR(static_cast<double>(plan.artefactBytes), disk, 0.3 * disk);

    const CalibrationPlan after = planCalibration(bench, project, request, job);
    EXPECT_TRUE(after.complete());
    EXPECT_EQ(after.artefactBytes, 0u);
    EXPECT_EQ(after.seconds, 0);
}

TEST_F(CalibrationPlanning, IsHandedOutBeforeTheFirstBlock) {
    std::vector<std::string> order;
    request.onPlan = [&](const CalibrationPlan& plan) { order.push_back("plan " + std::to_string(plan.blocksCached)); };
    calibrate(bench, project, request, job, [&](const auto&) { order.push_back("block"); });
    ASSERT_EQ(order.size(), 7u);
    EXPECT_EQ(order.front(), "plan 0");
}

TEST_F(CalibrationPlanning, CountsOperationsFromTheShapes) {
    const ArchitectureSpec spec = ArchitectureSpec::load(request.modelFolder);
    double expected = 2.0 * 128 * static_cast<double>(spec.heads * spec.headSize);
    for (const InputGroup& group : spec.inputGroups(0)) {
        expected += static_cast<double>(group.in() * group.in());
        expected += 2.0 * static_cast<double>(group.in() * group.out());
    }
    EXPECT_DOUBLE_EQ(operationsPerToken(spec, 0, 128), expected);
}

TEST_F(CalibrationPlanning, RefusesAMemoryLimitThatIsTooSmallBeforeAnythingIsRead) {
    bench.memoryLimit = 1000;
    EXPECT_THAT([&] { planCalibration(bench, project, request, job); },
                ThrowsMessage<Error>(HasSubstr("allow at least")));
    EXPECT_THAT([&] { calibrate(bench, project, request, job); }, ThrowsMessage<Error>(HasSubstr("allow at least")));
}

} // namespace
} // namespace vernier
