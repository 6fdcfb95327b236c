#include "ui/shell/job_list_model.h"

#include "core/base/error.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/shell/jobs_panel.h"

#include <QAbstractItemModelTester>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace vernier::ui {
namespace {

using test::waitFor;

JobRequest named(const QString& title, std::function<void(JobContext&)> work) {
    JobRequest request;
    request.title = title;
    request.work = std::move(work);
    return request;
}

void workForever(JobContext& job) {
    job.beginStage("calibrate", 10);
    job.advance(3);
    while (true) {
        job.throwIfCancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

QPushButton* buttonOf(QWidget& widget, const QString& text) {
    for (QPushButton* button : widget.findChildren<QPushButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

TEST(JobListModel, FollowsJobsNewestFirst) {
    JobRunner jobs;
    JobListModel model(jobs);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const JobId first = jobs.submit(named(QStringLiteral("First"), workForever));
    jobs.submit(named(QStringLiteral("Second"), [](JobContext&) {}));
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.index(0, JobListModel::Title).data().toString(), QStringLiteral("Second"));
    EXPECT_EQ(model.index(0, JobListModel::Done).data().toString(), QStringLiteral("Waiting"));
    ASSERT_TRUE(waitFor([&] { return jobs.job(first)->done == 3; }));
    EXPECT_EQ(model.index(1, JobListModel::Done).data().toString(), QStringLiteral("3 of 10"));
    EXPECT_DOUBLE_EQ(model.index(1, JobListModel::Done).data(JobListModel::ShareRole).toDouble(), 0.3);
    jobs.cancelAll();
    ASSERT_TRUE(waitFor([&] { return jobs.isIdle(); }));
    EXPECT_EQ(model.index(1, JobListModel::Done).data().toString(), QStringLiteral("Cancelled"));
    model.removeFinished();
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(JobsPanel, CancelButtonAnswersAtOnce) {
    JobRunner jobs;
    JobsPanel panel(jobs);
    panel.show();
    const JobId id = jobs.submit(named(QStringLiteral("Long"), workForever));
    ASSERT_TRUE(waitFor([&] { return jobs.job(id)->state == JobState::Running; }));
    EXPECT_EQ(panel.selected(), id) << "the first job is chosen by itself";
    QPushButton* cancel = buttonOf(panel, QStringLiteral("Cancel"));
    ASSERT_NE(cancel, nullptr);
    QTest::mouseClick(cancel, Qt::LeftButton);
    EXPECT_EQ(cancel->text(), QStringLiteral("Cancelling…"));
    EXPECT_FALSE(cancel->isEnabled());
    EXPECT_TRUE(waitFor([&] { return jobs.job(id)->state == JobState::Cancelled; }, 1000));
}

TEST(JobsPanel, ShowsTheErrorOfAFailedJob) {
    JobRunner jobs;
    JobsPanel panel(jobs);
    jobs.submit(named(QStringLiteral("Bad"), [](JobContext& job) {
        job.log("opened");
        throw Error(ErrorKind::Io, "cache", "disk full", "free some space");
    }));
    ASSERT_TRUE(waitFor([&] { return jobs.isIdle(); }));
    EXPECT_EQ(panel.findChild<QPlainTextEdit*>()->toPlainText(),
              QStringLiteral("cache: disk full; free some space\nopened"));
}

} // namespace
} // namespace vernier::ui
