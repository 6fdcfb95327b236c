#include "ui/bridge/run_edits.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/edit_timeline.h"
#include "ui/bridge/range_history.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/set_history.h"
#include "ui/bridge/text.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>

#include <gmock/gmock.h>

namespace vernier::ui {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const QString kRtn = QStringLiteral("rtn-3bit-g64");
const QString kGptq = QStringLiteral("gptq-3bit-g64");
const QString kAwq = QStringLiteral("awq-3bit-g64");

struct RunEditsTest : ::testing::Test {
    test::StudioFixture studio;
    ProjectSession& session = studio.session;
    std::filesystem::path path = studio.folder / "runs.vernier";

    void SetUp() override {
        saveProject(test::StudioFixture::projectWithRuns(), path);
        session.open(fromPath(path));
        ASSERT_TRUE(studio.settle());
    }
    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const vernier::Run& run : studio.session.project()->runs)
            names.push_back(run.name);
        return names;
    }
};

TEST_F(RunEditsTest, SavesEveryEditAndItsUndoing) {
    const QSignalSpy changed(&session, &ProjectSession::runsChanged);
    session.runs().remove({kRtn, kAwq});
    session.runs().setTags(kGptq, QStringLiteral(" final, law ,"));
    session.runs().setNote(kGptq, QStringLiteral("two\nlines\n"));
    session.runs().pinBaseline(kGptq);
    ASSERT_TRUE(studio.settle());
    Project saved = loadProject(path);
    ASSERT_EQ(saved.runs.size(), 1u);
    EXPECT_THAT(saved.runs[0].tags, ElementsAre("final", "law"));
    EXPECT_EQ(saved.runs[0].note, "two\nlines");
    EXPECT_EQ(saved.baselineRun, kGptq.toStdString());
    EXPECT_EQ(changed.count(), 4);
    EXPECT_EQ(session.runs().undoText(), QStringLiteral("made gptq-3bit-g64 the baseline"));
    for (int i = 0; i < 4; ++i)
        session.runs().undo();
    ASSERT_TRUE(studio.settle());
    saved = loadProject(path);
    ASSERT_EQ(saved.runs.size(), 3u);
    EXPECT_EQ(saved.runs[0].name, kRtn.toStdString());
    EXPECT_THAT(saved.runs[1].tags, IsEmpty());
    EXPECT_EQ(saved.baselineRun, "");
    session.runs().redo();
    EXPECT_THAT(names(), ElementsAre(kGptq.toStdString()));
    session.open(fromPath(path));
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(session.runs().canUndo());
}

TEST_F(RunEditsTest, RefusesWhatCannotBeAndRemembersOnlyChanges) {
    const QSignalSpy errors(&session, &ProjectSession::error), changed(&session, &ProjectSession::runsChanged);
    session.runs().rename(kRtn, kGptq);
    session.runs().rename(kRtn, QStringLiteral("  "));
    session.runs().setTags(kRtn, QString(70, QLatin1Char('x')));
    session.runs().rename(kRtn, kRtn);
    session.runs().setNote(kRtn, {});
    EXPECT_EQ(errors.count(), 3);
    EXPECT_TRUE(errors.first().first().toString().contains(QStringLiteral("there is one of that name already")));
    EXPECT_EQ(changed.count(), 0);
    EXPECT_FALSE(session.runs().canUndo());
    EXPECT_FALSE(session.isDirty());
}

TEST_F(RunEditsTest, TellsWhatIsRenamedInBothDirections) {
    const QSignalSpy renamed(&session, &ProjectSession::runRenamed);
    session.runs().rename(kRtn, QStringLiteral("plain"));
    session.runs().undo();
    ASSERT_EQ(renamed.count(), 2);
    EXPECT_EQ(renamed[0], (QVariantList{kRtn, QStringLiteral("plain")}));
    EXPECT_EQ(renamed[1], (QVariantList{QStringLiteral("plain"), kRtn}));
}

TEST_F(RunEditsTest, RowsOfRunsThatStayKeepTheirPlaceInViews) {
    RunTableModel model(session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QPersistentModelIndex gptq = model.index(1, 0), awq = model.index(2, 0);
    session.runs().remove({kRtn});
    EXPECT_EQ(gptq.row(), 0);
    session.runs().rename(kGptq, QStringLiteral("best"));
    EXPECT_EQ(gptq.data().toString(), QStringLiteral("best"));
    session.runs().remove({kAwq});
    EXPECT_FALSE(awq.isValid());
    session.runs().undo();
    session.runs().undo();
    session.runs().undo();
    EXPECT_EQ(gptq.row(), 1);
    EXPECT_EQ(model.index(2, 0).data().toString(), kAwq);
    EXPECT_EQ(resets.count(), 0);
    EXPECT_TRUE(model.setData(model.index(0, RunTableModel::Tags), QStringLiteral("a, b")));
    EXPECT_EQ(model.index(0, RunTableModel::Tags).data().toString(), QStringLiteral("a, b"));
    EXPECT_FALSE(model.setData(model.index(0, RunTableModel::Bits), 2));
}

TEST_F(RunEditsTest, TheTimelineUndoesAllKindsInTheirOrder) {
    EditTimeline& edits = session.edits();
    const auto makeSet = [&](const char* name) {
        session.sets().edit([name](SetList sets) { return createSet(sets, CalibrationSet{name, {}}); });
    };
    EXPECT_FALSE(edits.canUndo());
    makeSet("first");
    session.runs().rename(kRtn, QStringLiteral("plain"));
    session.ranges().choose({"a:input", std::nullopt, -1, 2});
    makeSet("second");
    EXPECT_TRUE(edits.undoText().contains(QStringLiteral("second")));
    edits.undo();
    EXPECT_TRUE(edits.undoText().contains(QStringLiteral("a:input")));
    edits.undo();
    EXPECT_EQ(edits.undoText(), QStringLiteral("renamed rtn-3bit-g64 to plain"));
    edits.undo();
    EXPECT_THAT(names(), ElementsAre(kRtn.toStdString(), kGptq.toStdString(), kAwq.toStdString()));
    EXPECT_EQ(session.project()->sets.size(), 1u);
    EXPECT_EQ(edits.redoText(), QStringLiteral("renamed rtn-3bit-g64 to plain"));
    edits.redo();
    edits.redo();
    EXPECT_EQ(session.project()->chosenRanges.size(), 1u);
    session.runs().setNote(kGptq, QStringLiteral("new"));
    EXPECT_FALSE(edits.canRedo()) << "an edit of any kind begins anew";
}

TEST_F(RunEditsTest, TheTimelineFollowsWhatAHistoryUndoesByItself) {
    EditTimeline& edits = session.edits();
    session.sets().edit([](SetList sets) { return createSet(sets, CalibrationSet{"first", {}}); });
    session.runs().remove({kRtn});
    session.sets().undo(); // as the button of the Data workspace does
    EXPECT_EQ(edits.undoText(), QStringLiteral("deleted rtn-3bit-g64"));
    edits.redo();
    EXPECT_EQ(session.project()->sets.size(), 1u);
    edits.undo();
    edits.undo();
    EXPECT_FALSE(edits.canUndo());
    EXPECT_EQ(session.project()->runs.size(), 3u);
    session.close();
    EXPECT_FALSE(edits.canRedo());
}

} // namespace
} // namespace vernier::ui
