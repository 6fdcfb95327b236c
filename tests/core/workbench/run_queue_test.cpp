#include "core/workbench/run_queue.h"

#include "core/store/project_file.h"
#include "core/workbench/run_plan.h"
#include "tests/core/workbench/small_project.h"
#include "tests/support/caught_error.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Queue : public test::SmallProject {
protected:
    RunOrder base;

    void SetUp() override {
        SmallProject::SetUp();
        base.modelFolder = calibration.modelFolder;
        base.setName = calibration.setName;
        base.recipe = calibration.recipe;
        base.settings.method = Method::Rtn;
        base.settings.scheme = {4, 64, false};
        base.evaluation = EvaluationData{};
        base.evaluation->sequenceLength = 64;
        base.evaluation->maxWindows = 3;
    }

    RunOrder withBits(int bits) const {
        RunOrder order = base;
        order.settings.scheme.bits = bits;
        return order;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const QueuedRun& queued : project.queue.runs)
            all.push_back(queued.order.name);
        return all;
    }
};

TEST_F(Queue, TakesEveryWorkOnceAndNamesIt) {
    EXPECT_THAT(enqueue(project, {withBits(3), withBits(4), withBits(3)}), ElementsAre("rtn-3bit-g64", "rtn-4bit-g64"));
    RunOrder named = withBits(4);
    named.name = "mine";
    EXPECT_TRUE(enqueue(project, {named}).empty()); // waits already, under another name
    named.settings.scheme.bits = 5;
    named.name = "rtn-3bit-g64";
    EXPECT_THAT(enqueue(project, {named}), ElementsAre("rtn-3bit-g64-2"));
}

TEST_F(Queue, MovesRetriesAndRemoves) {
    enqueue(project, {withBits(3), withBits(4), withBits(5)});
    RunQueue& queue = project.queue;
    moveOrder(queue, "rtn-5bit-g64", -1);
    EXPECT_THAT(names(), ElementsAre("rtn-3bit-g64", "rtn-5bit-g64", "rtn-4bit-g64"));
    moveOrder(queue, "rtn-3bit-g64", 99);
    EXPECT_THAT(names(), ElementsAre("rtn-5bit-g64", "rtn-4bit-g64", "rtn-3bit-g64"));
    moveOrder(queue, "rtn-3bit-g64", -99);
    moveOrder(queue, "no such order", 1);
    EXPECT_EQ(nextOrder(queue)->order.name, "rtn-3bit-g64");
    finishOrder(queue, "rtn-3bit-g64", {OrderEnd::Kind::Failed, "disk full"});
    EXPECT_EQ(findOrder(queue, "rtn-3bit-g64")->error, "disk full");
    EXPECT_EQ(nextOrder(queue)->order.name, "rtn-5bit-g64");
    finishOrder(queue, "rtn-5bit-g64", {OrderEnd::Kind::Cancelled, {}});
    finishOrder(queue, "rtn-4bit-g64", {});
    EXPECT_EQ(nextOrder(queue), nullptr);
    EXPECT_EQ(findOrder(queue, "rtn-4bit-g64"), nullptr);
    retryOrder(queue, "rtn-3bit-g64");
    EXPECT_EQ(nextOrder(queue)->order.name, "rtn-3bit-g64");
    EXPECT_TRUE(nextOrder(queue)->error.empty());
    removeOrder(queue, "rtn-3bit-g64");
    EXPECT_THAT(names(), ElementsAre("rtn-5bit-g64"));
}

TEST_F(Queue, SurvivesInTheProjectFile) {
    RunOrder order = withBits(3);
    order.settings.method = Method::Gptq;
    order.settings.order = ColumnOrder::Activation;
    order.precision = Precision::BF16;
    order.evaluation->protocol = Protocol::LlamaCpp;
    order.evaluation->separator = Separator::None;
    RunOrder unscored = withBits(4);
    unscored.evaluation.reset();
    enqueue(project, {order, unscored});
    finishOrder(project.queue, nextOrder(project.queue)->order.name, {OrderEnd::Kind::Failed, "why"});
    project.queue.isPaused = true;
    saveProject(project, folder / "queue.vernier");
    const RunQueue read = loadProject(folder / "queue.vernier").queue;
    EXPECT_TRUE(read.isPaused);
    ASSERT_EQ(read.runs.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(isSameWork(read.runs[i].order, project.queue.runs[i].order)) << i;
        EXPECT_EQ(read.runs[i].order.name, project.queue.runs[i].order.name);
        EXPECT_EQ(read.runs[i].state, project.queue.runs[i].state);
        EXPECT_EQ(read.runs[i].error, project.queue.runs[i].error);
    }
    EXPECT_EQ(read.runs[0].order.evaluation->protocol, Protocol::LlamaCpp);
    EXPECT_FALSE(read.runs[1].order.evaluation);
    EXPECT_FALSE(isSameWork(read.runs[0].order, read.runs[1].order));
}

TEST_F(Queue, RefusesTwoOrdersOfOneName) {
    enqueue(project, {withBits(3), withBits(4)});
    project.queue.runs[1].order.name = project.queue.runs[0].order.name;
    saveProject(project, folder / "queue.vernier");
    EXPECT_THAT(test::caughtError([&] { loadProject(folder / "queue.vernier"); })->what(),
                HasSubstr("is a second order named rtn-3bit-g64"));
}

TEST_F(Queue, IsWorkedOffPastWhatFails) {
    RunOrder broken = withBits(5);
    broken.setName = "gone";
    enqueue(project, {withBits(3), broken, withBits(4)});
    int saves = 0;
    workOffQueue(bench, project, job, [&] { ++saves; });
    EXPECT_EQ(saves, 3);
    ASSERT_EQ(project.runs.size(), 2u);
    EXPECT_GT(project.runs[0].evaluation->kl, project.runs[1].evaluation->kl);
    ASSERT_EQ(project.queue.runs.size(), 1u);
    EXPECT_EQ(project.queue.runs[0].state, QueuedState::Failed);
    EXPECT_THAT(project.queue.runs[0].error, HasSubstr("gone"));
}

TEST_F(Queue, SweepsOverSetsByTheirOwnRecipes) {
    const auto orders =
        sweepOrders(project, base, {{Method::Rtn, Method::Gptq}, {3, 4}, {}, {base.setName, "evaluation"}});
    ASSERT_EQ(orders.size(), 8u);
    EXPECT_EQ(orders.back().setName, "evaluation");
    EXPECT_EQ(orders.back().recipe.maxWindows, base.recipe.maxWindows);
    EXPECT_EQ(orders.back().recipe.sequenceLength, base.recipe.sequenceLength);
    EXPECT_THROW(sweepOrders(project, base, {{}, {}, {}, {"gone"}}), Error);
    EXPECT_THROW(sweepOrders(project, base, {{}, {1}, {}, {}}), Error);
}

TEST_F(Queue, IsPlannedWithExactSizesAndWhatIsThere) {
    RunOrder scattered = withBits(3);
    scattered.settings.method = Method::Gptq;
    scattered.settings.order = ColumnOrder::Activation;
    LinearOverride kept, wide;
    kept.pattern = "*.0.self_attn.q_proj";
    kept.skip = true;
    wide.pattern = "*.down_proj";
    wide.bits = 8;
    wide.groupSize = 32;
    scattered.settings.overrides = {kept, wide};
    RunOrder perRow = withBits(5);
    perRow.settings.scheme = {5, -1, true};
    const std::vector<RunOrder> orders = {scattered, perRow};
    const auto before = planRuns(bench, project, orders, job);
    EXPECT_TRUE(before[0].knownRun.empty());
    EXPECT_FALSE(before[0].codesCached);
    EXPECT_TRUE(before[0].calibration.complete());
    EXPECT_GT(before[0].solveSeconds, 0);
    EXPECT_GT(before[0].evaluationSeconds, 0);
    enqueue(project, orders);
    workOffQueue(bench, project, job, [] {});
    ASSERT_EQ(project.runs.size(), 2u);
    const auto after = planRuns(bench, project, orders, job);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(before[i].size.storedBytes, project.runs[i].storedBytes) << i;
        EXPECT_EQ(before[i].size.parameters, project.runs[i].parameters) << i;
        EXPECT_EQ(before[i].otherBytes, project.runs[i].otherBytes) << i;
        EXPECT_EQ(after[i].knownRun, project.runs[i].name);
        EXPECT_TRUE(after[i].codesCached);
        EXPECT_EQ(after[i].solveSeconds, 0);
    }
}

TEST_F(Queue, FindsTheLargestGridUnderASize) {
    const ArchitectureSpec& spec = bench.open(base.modelFolder, job)->model.spec;
    QuantizeSettings settings = base.settings;
    const auto bytesOf = [&](int bits, int groupSize) {
        settings.scheme.bits = bits;
        settings.scheme.groupSize = groupSize;
        return plannedSize(spec, settings).storedBytes;
    };
    const auto fit = largestUnder(spec, base.settings, bytesOf(4, 64));
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->scheme.bits, 4);
    EXPECT_EQ(fit->scheme.groupSize, 64);
    EXPECT_EQ(largestUnder(spec, base.settings, bytesOf(4, 64) - 1)->scheme.groupSize, 128);
    EXPECT_EQ(largestUnder(spec, base.settings, bytesOf(2, -1))->scheme.groupSize, -1);
    EXPECT_FALSE(largestUnder(spec, base.settings, bytesOf(2, -1) - 1));
}

} // namespace
} // namespace vernier
