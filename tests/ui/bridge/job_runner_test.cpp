#include "ui/bridge/job_runner.h"

#include "core/base/error.h"
#include "tests/ui/support/studio_fixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QThread>
#include <QTimer>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace vernier::ui {
namespace {

using test::waitFor;
using namespace std::chrono_literals;

/// Works until it is stopped, in small steps.
void workForever(JobContext& job) {
    while (true) {
        job.throwIfCancelled();
        std::this_thread::sleep_for(1ms);
    }
}

struct JobRunnerTest : ::testing::Test {
    QObject context;
    std::vector<JobOutcome> outcomes;
    JobRunner runner;

    JobRequest request(std::function<void(JobContext&)> work) {
        JobRequest request;
        request.title = QStringLiteral("Test");
        request.work = std::move(work);
        request.context = &context;
        request.onFinished = [this](const JobOutcome& outcome) { outcomes.push_back(outcome); };
        return request;
    }
    bool settle() {
        return waitFor([this] { return runner.isIdle(); }, 10000);
    }
};

TEST_F(JobRunnerTest, RunsJobsInOrderOnOneOtherThread) {
    std::vector<int> order;
    std::vector<Qt::HANDLE> threads;
    for (int i = 0; i < 5; ++i)
        runner.submit(request([&, i](JobContext&) {
            order.push_back(i);
            threads.push_back(QThread::currentThreadId());
        }));
    ASSERT_TRUE(settle());
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
    EXPECT_EQ(outcomes.size(), 5u);
    for (const Qt::HANDLE thread : threads) {
        EXPECT_EQ(thread, threads.front());
        EXPECT_NE(thread, QThread::currentThreadId());
    }
}

TEST_F(JobRunnerTest, TellsOutcomesOnTheInterfaceThread) {
    Qt::HANDLE thread = nullptr;
    JobRequest job = request([](JobContext&) {});
    job.onFinished = [&](const JobOutcome&) { thread = QThread::currentThreadId(); };
    runner.submit(std::move(job));
    ASSERT_TRUE(settle());
    EXPECT_EQ(thread, QThread::currentThreadId());
}

TEST_F(JobRunnerTest, TurnsErrorsIntoFailedWithTheirText) {
    const JobId id = runner.submit(request(
        [](JobContext&) { throw Error(ErrorKind::Input, "model.safetensors", "is truncated", "download it again"); }));
    ASSERT_TRUE(settle());
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].state, JobState::Failed);
    EXPECT_EQ(outcomes[0].error, QStringLiteral("model.safetensors: is truncated; download it again"));
    EXPECT_EQ(runner.job(id)->state, JobState::Failed);
}

TEST_F(JobRunnerTest, SurvivesWhateverWorkThrows) {
    runner.submit(request([](JobContext&) { throw 42; }));
    runner.submit(request([](JobContext&) { throw std::bad_alloc(); }));
    runner.submit(request([](JobContext&) {}));
    ASSERT_TRUE(settle());
    ASSERT_EQ(outcomes.size(), 3u);
    EXPECT_EQ(outcomes[0].state, JobState::Failed);
    EXPECT_EQ(outcomes[1].state, JobState::Failed);
    EXPECT_EQ(outcomes[2].state, JobState::Done);
}

TEST_F(JobRunnerTest, StopsRunningWorkAndGoesOn) {
    std::atomic<bool> nextRan = false;
    const JobId id = runner.submit(request(workForever));
    runner.submit(request([&](JobContext&) { nextRan = true; }));
    ASSERT_TRUE(waitFor([&] { return runner.job(id)->state == JobState::Running; }));
    QElapsedTimer clock;
    clock.start();
    runner.cancel(id);
    EXPECT_EQ(runner.job(id)->state, JobState::Cancelling) << "the interface reacts to the click itself";
    ASSERT_TRUE(waitFor([&] { return runner.job(id)->state == JobState::Cancelled; }));
    EXPECT_LT(clock.elapsed(), 1000);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(nextRan);
    EXPECT_EQ(outcomes[0].state, JobState::Cancelled);
    EXPECT_EQ(outcomes[1].state, JobState::Done);
}

TEST_F(JobRunnerTest, CancelledWhileWaitingNeverRuns) {
    std::atomic<bool> ran = false;
    const JobId running = runner.submit(request(workForever));
    const JobId waiting = runner.submit(request([&](JobContext&) { ran = true; }));
    runner.cancel(waiting);
    EXPECT_EQ(runner.job(waiting)->state, JobState::Cancelled);
    runner.cancel(running);
    ASSERT_TRUE(settle());
    EXPECT_FALSE(ran);
    EXPECT_EQ(outcomes.size(), 2u);
}

TEST_F(JobRunnerTest, CancelsWhatWaitsForAFailedJob) {
    std::atomic<bool> ran = false;
    JobRequest second = request([&](JobContext&) { ran = true; });
    second.after = runner.submit(request([](JobContext&) { throw std::runtime_error("no"); }));
    runner.submit(std::move(second));
    ASSERT_TRUE(settle());
    EXPECT_FALSE(ran);
    ASSERT_EQ(outcomes.size(), 2u);
    EXPECT_EQ(outcomes[1].state, JobState::Cancelled);
}

TEST_F(JobRunnerTest, LetsAFinishedJobPutWorkInFront) {
    std::vector<int> order;
    JobRequest first = request([&](JobContext&) { order.push_back(1); });
    first.onFinished = [&](const JobOutcome&) {
        JobRequest save = request([&](JobContext&) { order.push_back(2); });
        save.first = true;
        runner.submit(std::move(save));
    };
    runner.submit(std::move(first));
    runner.submit(request([&](JobContext&) { order.push_back(3); }));
    ASSERT_TRUE(settle());
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_F(JobRunnerTest, ShowsProgressTimeAndLog) {
    std::atomic<bool> goOn = false;
    const JobId id = runner.submit(request([&](JobContext& job) {
        job.beginStage("calibrate", 4);
        job.log("first line");
        std::this_thread::sleep_for(20ms);
        job.advance();
        while (!goOn)
            std::this_thread::sleep_for(1ms);
    }));
    ASSERT_TRUE(waitFor([&] { return runner.job(id)->done == 1; }));
    const JobInfo info = *runner.job(id);
    EXPECT_EQ(info.stage, QStringLiteral("calibrate"));
    EXPECT_EQ(info.total, 4u);
    EXPECT_GE(info.elapsed, 20ms);
    ASSERT_TRUE(info.remaining);
    EXPECT_GE(*info.remaining, 3 * 20ms);
    EXPECT_EQ(info.log, QStringList{QStringLiteral("first line")});
    goOn = true;
    ASSERT_TRUE(settle());
}

TEST_F(JobRunnerTest, PollsOnlyWhileThereAreJobs) {
    const auto* timer = runner.findChild<QTimer*>();
    ASSERT_NE(timer, nullptr);
    EXPECT_FALSE(timer->isActive());
    const JobId id = runner.submit(request(workForever));
    ASSERT_TRUE(waitFor([&] { return timer->isActive(); }));
    runner.cancel(id);
    ASSERT_TRUE(settle());
    EXPECT_TRUE(waitFor([&] { return !timer->isActive(); }));
}

TEST_F(JobRunnerTest, KeepsQuietJobsOffTheListUnlessTheyFail) {
    const QSignalSpy added(&runner, &JobRunner::jobAdded);
    JobRequest good = request([](JobContext&) {});
    good.quiet = true;
    JobRequest bad = request([](JobContext&) { throw std::runtime_error("disk full"); });
    bad.quiet = true;
    runner.submit(std::move(good));
    const JobId failed = runner.submit(std::move(bad));
    ASSERT_TRUE(settle());
    EXPECT_EQ(added.count(), 1);
    EXPECT_EQ(runner.jobs(), QList<JobId>{failed});
}

TEST_F(JobRunnerTest, DeliversToLivingReceiversOnly) {
    auto receiver = std::make_unique<QObject>();
    std::atomic<bool> posted = false;
    bool arrived = false;
    bool other = false;
    const Poster toReceiver = runner.poster(receiver.get());
    const Poster toContext = runner.poster(&context);
    runner.submit(request([&](JobContext&) {
        toReceiver.post([&] { arrived = true; });
        toContext.post([&] { other = true; });
        posted = true;
    }));
    receiver.reset();
    ASSERT_TRUE(settle());
    EXPECT_TRUE(posted);
    EXPECT_FALSE(arrived);
    EXPECT_TRUE(other);
}

TEST(JobRunnerShutdown, GivesEveryPendingJobOneFinalState) {
    std::vector<JobState> ends;
    std::atomic<bool> started = false;
    std::atomic<int> ran = 0;
    QObject context;
    {
        JobRunner runner;
        for (int i = 0; i < 4; ++i) {
            JobRequest request;
            request.context = &context;
            request.work = [&](JobContext& job) {
                started = true;
                ++ran;
                workForever(job);
            };
            request.onFinished = [&](const JobOutcome& outcome) { ends.push_back(outcome.state); };
            runner.submit(std::move(request));
        }
        ASSERT_TRUE(waitFor([&] { return started.load(); }));
    }
    EXPECT_EQ(ends, std::vector<JobState>(4, JobState::Cancelled));
    EXPECT_EQ(ran, 1);
}

TEST(JobRunnerShutdown, DropsCallbacksOfObjectsThatAreGone) {
    bool called = false;
    {
        JobRunner runner;
        auto context = std::make_unique<QObject>();
        JobRequest request;
        request.context = context.get();
        request.work = workForever;
        request.onFinished = [&](const JobOutcome&) { called = true; };
        runner.submit(std::move(request));
        context.reset();
    }
    EXPECT_FALSE(called);
}

} // namespace
} // namespace vernier::ui
