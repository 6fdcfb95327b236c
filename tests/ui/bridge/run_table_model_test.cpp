#include "ui/bridge/run_table_model.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"

#include <QAbstractItemModelTester>
#include <QLocale>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct RunTableModelTest : ::testing::Test {
    test::StudioFixture studio;

    void SetUp() override {
        QLocale::setDefault(QLocale::c());
        const auto path = studio.folder / "runs.vernier";
        saveProject(test::StudioFixture::projectWithRuns(), path);
        studio.session.open(fromPath(path));
        ASSERT_TRUE(studio.settle());
        ASSERT_TRUE(studio.session.isOpen());
    }
};

QString textAt(const RunTableModel& model, int row, int column) {
    return model.index(row, column).data().toString();
}

TEST_F(RunTableModelTest, WritesSettingsAndResults) {
    RunTableModel model(studio.session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_EQ(model.rowCount(), 3);
    EXPECT_EQ(textAt(model, 0, RunTableModel::Name), QStringLiteral("rtn-3bit-g64"));
    EXPECT_EQ(textAt(model, 0, RunTableModel::Method), QStringLiteral("RTN"));
    EXPECT_EQ(methodTitle("smoothquant+gptq"), QStringLiteral("SmoothQuant + GPTQ"));
    EXPECT_EQ(textAt(model, 0, RunTableModel::Group), QStringLiteral("64"));
    EXPECT_EQ(textAt(model, 0, RunTableModel::BitsPerWeight), QStringLiteral("4.000"));
    EXPECT_EQ(textAt(model, 0, RunTableModel::Perplexity), QStringLiteral("14.0000"));
    EXPECT_EQ(textAt(model, 0, RunTableModel::Loss), QStringLiteral("+4.0000"));
    EXPECT_EQ(textAt(model, 2, RunTableModel::Perplexity), QStringLiteral("–"));
    EXPECT_FALSE(model.index(2, RunTableModel::Perplexity).data(RunTableModel::SortRole).isValid());
}

TEST_F(RunTableModelTest, MarksTheBestOfEachColumn) {
    const RunTableModel model(studio.session);
    const auto best = [&](int row, int column) {
        return model.index(row, column).data(RunTableModel::BestRole).toBool();
    };
    EXPECT_TRUE(best(1, RunTableModel::Perplexity));
    EXPECT_FALSE(best(0, RunTableModel::Perplexity));
    EXPECT_TRUE(best(1, RunTableModel::Top1)) << "higher is better";
    EXPECT_TRUE(best(1, RunTableModel::LayerError));
    for (int row = 0; row < 3; ++row)
        EXPECT_FALSE(best(row, RunTableModel::Size)) << "all are equal";
}

TEST_F(RunTableModelTest, GrowsALineWhileARunIsMade) {
    RunTableModel model(studio.session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    emit studio.session.runStarted(QStringLiteral("new"), 2);
    ASSERT_EQ(model.rowCount(), 4);
    EXPECT_TRUE(model.index(3, 0).data(RunTableModel::BusyRole).toBool());
    emit studio.session.linearReported(QStringLiteral("new"), LinearReport{.name = "a", .relativeError = 0.5});
    EXPECT_EQ(textAt(model, 3, RunTableModel::Name), QStringLiteral("new"));
    EXPECT_EQ(textAt(model, 3, RunTableModel::LayerError), QStringLiteral("0.5000"));
    emit studio.session.runFinished(QStringLiteral("new"), false);
    EXPECT_EQ(model.rowCount(), 3);
}

TEST_F(RunTableModelTest, FollowsTheProject) {
    RunTableModel model(studio.session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    studio.session.runs().remove({QStringLiteral("rtn-3bit-g64")});
    EXPECT_EQ(model.rowCount(), 2);
    studio.session.close();
    EXPECT_EQ(model.rowCount(), 0);
}

} // namespace
} // namespace vernier::ui
