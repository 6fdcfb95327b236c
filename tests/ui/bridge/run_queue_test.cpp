#include "ui/bridge/run_queue.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/text.h"

#include <gmock/gmock.h>

namespace vernier::ui {
namespace {

using test::waitFor;

constexpr auto quickOrder = test::StudioFixture::quickOrder;
using testing::ElementsAre;

class Queue : public testing::Test {
protected:
    test::StudioFixture studio;
    RunQueueWorker& queue = studio.queue;

    void SetUp() override { studio.importDemo(); }

    std::vector<std::string> waiting() const {
        std::vector<std::string> names;
        for (const QueuedRun& queued : studio.session.project()->queue.runs)
            names.push_back(queued.order.name);
        return names;
    }

    std::vector<std::string> runs() const {
        std::vector<std::string> names;
        for (const vernier::Run& run : studio.session.project()->runs)
            names.push_back(run.name);
        return names;
    }

    bool isDone() {
        return waitFor([&] { return queue.atWork().isEmpty() && studio.jobs.isIdle(); }, 120000);
    }
};

TEST_F(Queue, MakesItsRunsInOrder) {
    EXPECT_EQ(queue.enqueue({quickOrder(3), quickOrder(4), quickOrder(3)}).size(), 2);
    EXPECT_EQ(queue.atWork(), QStringLiteral("rtn-3bit-g64"));
    EXPECT_EQ(studio.jobs.listedWork().size(), 3) << "calibrate, quantize, evaluate; the next order waits by itself";
    ASSERT_TRUE(isDone());
    EXPECT_THAT(runs(), ElementsAre("rtn-3bit-g64", "rtn-4bit-g64"));
    EXPECT_TRUE(studio.session.project()->runs[1].evaluation);
    EXPECT_TRUE(waiting().empty());
}

TEST_F(Queue, PausesAtOnceAndGoesOn) {
    queue.enqueue({quickOrder(3), quickOrder(4)});
    ASSERT_TRUE(waitFor([&] { return studio.jobs.runningJob() != 0; }));
    queue.pause();
    ASSERT_TRUE(isDone());
    EXPECT_TRUE(runs().empty());
    EXPECT_THAT(waiting(), ElementsAre("rtn-3bit-g64", "rtn-4bit-g64"));
    EXPECT_EQ(nextOrder(studio.session.project()->queue)->order.name, "rtn-3bit-g64");
    queue.move(QStringLiteral("rtn-4bit-g64"), -1);
    queue.resume();
    EXPECT_EQ(queue.atWork(), QStringLiteral("rtn-4bit-g64"));
    ASSERT_TRUE(isDone());
    EXPECT_THAT(runs(), ElementsAre("rtn-4bit-g64", "rtn-3bit-g64"));
}

TEST_F(Queue, CancelsOneAndTriesItAgain) {
    queue.enqueue({quickOrder(3), quickOrder(4), quickOrder(5)});
    queue.cancel(QStringLiteral("rtn-4bit-g64"));
    queue.cancel(QStringLiteral("rtn-3bit-g64")); // at work
    ASSERT_TRUE(isDone());
    EXPECT_THAT(runs(), ElementsAre("rtn-5bit-g64"));
    ASSERT_THAT(waiting(), ElementsAre("rtn-3bit-g64"));
    EXPECT_EQ(studio.session.project()->queue.runs[0].state, QueuedState::Cancelled);
    queue.retry(QStringLiteral("rtn-3bit-g64"));
    ASSERT_TRUE(isDone());
    EXPECT_THAT(runs(), ElementsAre("rtn-5bit-g64", "rtn-3bit-g64"));
}

TEST_F(Queue, KeepsWhatFailsWithItsReason) {
    RunOrder broken = quickOrder(3);
    broken.modelFolder = "/no/such/model";
    queue.enqueue({broken, quickOrder(4)});
    ASSERT_TRUE(isDone());
    EXPECT_THAT(runs(), ElementsAre("rtn-4bit-g64"));
    const RunQueue& left = studio.session.project()->queue;
    ASSERT_EQ(left.runs.size(), 1u);
    EXPECT_EQ(left.runs[0].state, QueuedState::Failed);
    EXPECT_THAT(left.runs[0].error, testing::HasSubstr("/no/such/model"));
}

TEST_F(Queue, IsTakenUpWhenTheProjectIsOpenedAgain) {
    const QString path = fromPath(studio.folder / "queue.vernier");
    studio.session.saveAs(path);
    ASSERT_TRUE(studio.settle());
    queue.enqueue({quickOrder(3), quickOrder(4)});
    ASSERT_TRUE(waitFor([&] { return studio.jobs.runningJob() != 0; }));
    studio.session.close(); // as when the window is closed in the middle of a run
    ASSERT_TRUE(studio.settle());
    const Project left = loadProject(toPath(path));
    ASSERT_EQ(left.queue.runs.size() + left.runs.size(), 2u);
    for (const QueuedRun& queued : left.queue.runs)
        EXPECT_EQ(queued.state, QueuedState::Waiting);
    studio.session.open(path);
    ASSERT_TRUE(waitFor([&] { return studio.session.isOpen(); }));
    ASSERT_TRUE(waitFor([&] { return studio.session.project()->runs.size() == 2; }, 120000));
    ASSERT_TRUE(isDone());
    EXPECT_TRUE(waiting().empty());
    EXPECT_TRUE(loadProject(toPath(path)).queue.runs.empty());
}

} // namespace
} // namespace vernier::ui
