#include "ui/bridge/latest_job.h"

#include "tests/ui/support/studio_fixture.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vernier::ui {
namespace {

struct LatestJobTest : testing::Test {
    bool settle() {
        return test::waitFor([this] { return jobs.isIdle(); });
    }

    JobRunner jobs;
    QObject context;
    LatestJob latest{jobs, context};
    QStringList ended;
};

TEST_F(LatestJobTest, DeliversTheNewestRequestOnly) {
    for (const char* name : {"a", "b", "c"})
        latest.startThen(
            QString(), [](JobContext&) {}, [this, name] { ended += QLatin1String(name); });
    ASSERT_TRUE(settle());
    EXPECT_EQ(ended, QStringList{QStringLiteral("c")});
}

TEST_F(LatestJobTest, DeliversNothingOnceCancelled) {
    latest.start(
        QString(), [](JobContext&) {}, [this](const JobOutcome&) { ended += QStringLiteral("a"); });
    latest.cancel();
    ASSERT_TRUE(settle());
    EXPECT_TRUE(ended.isEmpty());
}

TEST_F(LatestJobTest, TellsOfFailureWhereThatIsAskedFor) {
    const auto fail = [](JobContext&) { throw std::runtime_error("broken"); };
    latest.startThen(QString(), fail, [this] { ended += QStringLiteral("done"); });
    ASSERT_TRUE(settle());
    EXPECT_TRUE(ended.isEmpty());
    JobState state = JobState::Done;
    latest.start(QString(), fail, [&state](const JobOutcome& outcome) { state = outcome.state; });
    ASSERT_TRUE(settle());
    EXPECT_EQ(state, JobState::Failed);
}

} // namespace
} // namespace vernier::ui
