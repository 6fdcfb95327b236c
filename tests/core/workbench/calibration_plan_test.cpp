#include "core/base/error.h"
#include "core/store/cache_maintenance.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/calibration_plan.h"
#include "core/workbench/import_files.h"
#include "tests/support/test_files.h"

#include <cstring>
#include <filesystem>

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

TEST_F(CalibrationPlanning, AMemoryCeilingChangesWhereThingsAreAndNoNumber) {
    const CalibrationRecord easy = calibrate(bench, project, request, job).record;
    Workbench narrow{folder / "other cache"};
    const CalibrationPlan roomy = planCalibration(narrow, project, request, job);
    // Less than the Grams alone: they have to go to the disk.
    narrow.memoryLimit = roomy.memory.peak() - roomy.memory.hidden - roomy.memory.grams / 2;
    const CalibrationPlan plan = planCalibration(narrow, project, request, job);
    EXPECT_FALSE(plan.memory.gramsInMemory);
    EXPECT_LE(plan.memory.peak(), plan.memoryLimit);
    EXPECT_EQ(plan.hiddenBytes, roomy.hiddenBytes + roomy.memory.grams);
    EXPECT_EQ(calibrate(narrow, project, request, job).record.blockKeys, easy.blockKeys);
    for (int block = 0; block < 6; ++block) {
        const auto a = loadBlockStatistics(bench, easy, block), b = loadBlockStatistics(narrow, easy, block);
        for (std::size_t g = 0; g < a->grams.size(); ++g) {
            const auto left = a->grams[g].sum(), right = b->grams[g].sum();
            ASSERT_EQ(
                std::memcmp(left.data, right.data, sizeof(float) * static_cast<std::size_t>(left.rows * left.cols)), 0)
                << "block " << block << ", Gram " << g;
        }
    }
}

TEST_F(CalibrationPlanning, CountsTheBlocksThatOnlyLeadToTheMissingOnes) {
    const CalibrationPlan whole = planCalibration(bench, project, request, job);
    const CalibrationRecord record = calibrate(bench, project, request, job).record;
    const std::string& last = record.blockKeys.back();
    std::filesystem::remove(bench.cache.folder() / last.substr(0, 2) / (last + ".h5"));
    const CalibrationPlan plan = planCalibration(bench, project, request, job);
    EXPECT_EQ(plan.blocksCached, 5);
    const ArchitectureSpec spec = ArchitectureSpec::load(request.modelFolder);
    EXPECT_DOUBLE_EQ(plan.operations,
                     8 * 128 * (5 * forwardOperationsPerToken(spec, 0, 128) + operationsPerToken(spec, 0, 128)));
    EXPECT_LT(plan.operations, whole.operations);
    request.logits = true;
    EXPECT_TRUE(planCalibration(bench, project, request, job).logitsMissing);
}

TEST_F(CalibrationPlanning, RefusesAMemoryLimitThatIsTooSmallBeforeAnythingIsRead) {
    bench.memoryLimit = 1000;
    EXPECT_THAT([&] { planCalibration(bench, project, request, job); },
                ThrowsMessage<Error>(HasSubstr("allow at least")));
    EXPECT_THAT([&] { calibrate(bench, project, request, job); }, ThrowsMessage<Error>(HasSubstr("allow at least")));
}

} // namespace
} // namespace vernier
