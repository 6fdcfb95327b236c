#include "ui/bridge/project_session.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/range_history.h"
#include "ui/bridge/text.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTimer>

#include <gtest/gtest.h>

#include <algorithm>

namespace vernier::ui {
namespace {

using test::waitFor;

struct ProjectSessionTest : ::testing::Test {
    test::StudioFixture studio;
    ProjectSession& session = studio.session;

    QString fileName(const char* name) const { return fromPath(studio.folder / name); }
};

TEST_F(ProjectSessionTest, ImportsTextIntoANewProjectAndSavesIt) {
    studio.importDemo();
    ASSERT_TRUE(session.isOpen());
    EXPECT_TRUE(session.isDirty());
    const auto project = session.project();
    EXPECT_EQ(project->sets.size(), 2u);
    EXPECT_GT(project->corpus.size(), 100u);

    session.saveAs(fileName("demo.vernier"));
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(session.isDirty());
    EXPECT_EQ(loadProject(studio.folder / "demo.vernier").corpus.size(), project->corpus.size());
}

TEST_F(ProjectSessionTest, SavesTheRangesThatAreChosenAndTakesThemBack) {
    session.create();
    session.saveAs(fileName("ranges.vernier"));
    const ChosenRange range{"model.layers.0.mlp.down_proj:input", ClippingMethod::Entropy, -3, 4};
    session.ranges().choose(range);
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(session.project()->chosenRanges, std::vector{range});
    EXPECT_EQ(loadProject(studio.folder / "ranges.vernier").chosenRanges, std::vector{range});
    session.ranges().undo();
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(loadProject(studio.folder / "ranges.vernier").chosenRanges.empty());
    session.ranges().redo();
    session.open(fileName("ranges.vernier"));
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(session.ranges().canUndo());
}

TEST_F(ProjectSessionTest, TellsWhyAProjectCannotBeOpened) {
    vernier::test::put(studio.folder / "bad.vernier", "this is no project");
    const QSignalSpy errors(&session, &ProjectSession::error);
    session.open(fileName("bad.vernier"));
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(session.isOpen());
    ASSERT_EQ(errors.count(), 1);
    EXPECT_TRUE(errors.first().first().toString().contains(QStringLiteral("bad.vernier")));
}

TEST_F(ProjectSessionTest, FailedImportLeavesTheProjectAlone) {
    studio.importDemo();
    const auto before = session.project();
    vernier::test::put(studio.folder / "empty.txt", "");
    session.importFiles({fileName("empty.txt")}, {});
    ASSERT_TRUE(studio.settle());
    EXPECT_EQ(session.project(), before);
}

TEST_F(ProjectSessionTest, BlocksArriveWhileCalibrationRunsAndTheInterfaceKeepsTicking) {
    studio.importDemo();
    session.saveAs(fileName("p.vernier"));
    ASSERT_TRUE(studio.settle());
    const QSignalSpy arrivals(&studio.statistics, &StatisticsStore::blockArrived);

    QElapsedTimer sinceTick;
    qint64 longestGap = 0;
    QTimer ticker;
    QObject::connect(&ticker, &QTimer::timeout, &ticker,
                     [&] { longestGap = std::max(longestGap, sinceTick.restart()); });
    ticker.start(5);
    sinceTick.start();
    session.calibrate(test::StudioFixture::smallCalibration(16, 256));
    ASSERT_TRUE(studio.settle());

    RecordProperty("longest_gap_ms", static_cast<int>(longestGap));
    EXPECT_LT(longestGap, 500) << "the budget is 250 ms; this machine may be shared";
    const int blocks = studio.model.spec()->blocks;
    EXPECT_EQ(arrivals.count(), blocks);
    EXPECT_EQ(studio.statistics.arrivedBlocks(), blocks);
    EXPECT_EQ(studio.statistics.source(), StatisticsStore::Source::Cache);
    EXPECT_TRUE(studio.statistics.block(0)->grams.empty());
    ASSERT_EQ(session.project()->calibrations.size(), 1u);
    EXPECT_EQ(loadProject(studio.folder / "p.vernier").calibrations.size(), 1u) << "saved by itself";
    EXPECT_EQ(studio.statistics.tapName(1, 0), QStringLiteral("model.layers.1.self_attn.q_proj:input"));
}

TEST_F(ProjectSessionTest, CancelStopsACalibrationSoonAndKeepsWhatThereIs) {
    studio.importDemo();
    const JobId job = session.calibrate(test::StudioFixture::smallCalibration(200, 256));
    ASSERT_TRUE(waitFor([&] { return studio.statistics.arrivedBlocks() > 0; }));
    QElapsedTimer clock;
    clock.start();
    studio.jobs.cancel(job);
    ASSERT_TRUE(waitFor([&] { return isFinal(studio.jobs.job(job)->state); }));
    RecordProperty("cancel_ms", static_cast<int>(clock.elapsed()));
    EXPECT_EQ(studio.jobs.job(job)->state, JobState::Cancelled);
    EXPECT_LT(clock.elapsed(), 1000);
    EXPECT_LT(studio.statistics.arrivedBlocks(), studio.model.spec()->blocks);
    EXPECT_EQ(studio.statistics.source(), StatisticsStore::Source::Partial);
    EXPECT_TRUE(session.project()->calibrations.empty());
}

TEST_F(ProjectSessionTest, MakesARunFromOneOrderAndFindsItAgain) {
    studio.importDemo();
    session.saveAs(fileName("p.vernier"));
    RunOrder order = test::StudioFixture::smallOrder();
    order.settings.method = Method::Rtn;
    order.settings.scheme = {.bits = 3, .groupSize = 64, .symmetric = false};
    order.evaluation->setName = "evaluation";
    order.evaluation->sequenceLength = 64;
    const QSignalSpy linears(&session, &ProjectSession::linearReported);
    session.makeRun(order);
    EXPECT_EQ(studio.jobs.listedWork().size(), 3) << "calibrate, quantize, evaluate";
    ASSERT_TRUE(studio.settle(180000));

    ASSERT_EQ(session.project()->runs.size(), 1u);
    const vernier::Run& run = session.project()->runs.front();
    EXPECT_EQ(run.name, "rtn-3bit-g64");
    EXPECT_EQ(linears.count(), static_cast<int>(run.reports.size()));
    ASSERT_TRUE(run.evaluation);
    EXPECT_GT(run.evaluation->perplexity, *run.evaluation->referencePerplexity);
    EXPECT_EQ(session.project().use_count(), 2) << "no job holds on to the project";

    session.open(fileName("p.vernier"));
    ASSERT_TRUE(studio.settle());
    ASSERT_EQ(session.project()->runs.size(), 1u);
    EXPECT_TRUE(session.project()->runs.front().evaluation);
    EXPECT_EQ(studio.statistics.arrivedBlocks(), studio.statistics.blockCount()) << "loaded from the cache";
}

TEST_F(ProjectSessionTest, GivesQueuedRunsNamesOfTheirOwn) {
    studio.importDemo();
    RunOrder order = test::StudioFixture::smallOrder();
    order.evaluation.reset();
    order.settings.method = Method::Rtn;
    session.makeRun(order);
    session.makeRun(order);
    QStringList titles;
    for (const JobId id : studio.jobs.listedWork())
        titles.append(studio.jobs.job(id)->title);
    titles.removeDuplicates();
    EXPECT_EQ(titles.size(), 3) << qPrintable(titles.join(QLatin1Char('\n')));
    studio.jobs.cancelAll();
    EXPECT_TRUE(studio.settle());
}

TEST_F(ProjectSessionTest, LeavingAProjectDropsWhatItsJobsBring) {
    studio.importDemo();
    session.calibrate(test::StudioFixture::smallCalibration(100, 256));
    ASSERT_TRUE(waitFor([&] { return studio.statistics.arrivedBlocks() > 0; }));
    session.create();
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(session.project()->calibrations.empty());
    EXPECT_EQ(studio.statistics.arrivedBlocks(), 0);
    EXPECT_EQ(studio.statistics.source(), StatisticsStore::Source::None);
}

} // namespace
} // namespace vernier::ui
