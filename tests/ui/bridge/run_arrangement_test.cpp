#include "ui/bridge/run_arrangement.h"

#include "core/store/project_file.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/text.h"

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>

#include <random>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

const QString kRtn = QStringLiteral("rtn-3bit-g64");
const QString kGptq = QStringLiteral("gptq-3bit-g64");
const QString kAwq = QStringLiteral("awq-3bit-g64");

struct RunArrangementTest : ::testing::Test {
    test::StudioFixture studio;
    RunTableModel source{studio.session};
    RunArrangement runs{source};
    QAbstractItemModelTester tester{&runs, QAbstractItemModelTester::FailureReportingMode::Fatal};

    void SetUp() override { open(test::StudioFixture::projectWithRuns()); }
    void open(const Project& project) {
        saveProject(project, studio.folder / "runs.vernier");
        studio.session.open(fromPath(studio.folder / "runs.vernier"));
        ASSERT_TRUE(studio.settle());
    }
    QStringList names() const {
        QStringList names;
        for (int row = 0; row < runs.rowCount(); ++row)
            names.append(runs.index(row, 0).data().toString());
        return names;
    }
};

TEST_F(RunArrangementTest, KeepsRunsInWhichEveryWordOccurs) {
    studio.session.runs().setTags(kAwq, QStringLiteral("Night"));
    studio.session.runs().setNote(kRtn, QStringLiteral("tried at night"));
    runs.setFilter(QStringLiteral("night"));
    EXPECT_EQ(names(), (QStringList{kRtn, kAwq}));
    runs.setFilter(QStringLiteral("night  AWQ"));
    EXPECT_EQ(names(), QStringList{kAwq});
    runs.setFilter(QStringLiteral("damp_percent"));
    EXPECT_EQ(names(), QStringList{kGptq}) << "the only method that has one";
    EXPECT_EQ(runs.shown().size(), 1u);
    runs.setFilter({});
    EXPECT_EQ(names(), (QStringList{kRtn, kGptq, kAwq}));
}

TEST_F(RunArrangementTest, PutsTheBaselineFirstAndRunsWithoutAValueLast) {
    runs.sort(RunTableModel::Perplexity, Qt::DescendingOrder);
    EXPECT_EQ(names(), (QStringList{kRtn, kGptq, kAwq}));
    studio.session.runs().pinBaseline(kGptq);
    EXPECT_EQ(names(), (QStringList{kGptq, kRtn, kAwq}));
    runs.sort(RunTableModel::Perplexity, Qt::AscendingOrder);
    EXPECT_EQ(names(), (QStringList{kGptq, kRtn, kAwq}));
    studio.session.runs().undo();
    EXPECT_EQ(names(), (QStringList{kGptq, kRtn, kAwq}));
    runs.sort(-1);
    EXPECT_EQ(names(), (QStringList{kRtn, kGptq, kAwq}));
}

TEST_F(RunArrangementTest, TellsSignedDifferencesFromTheBaseline) {
    studio.session.runs().pinBaseline(kGptq);
    const auto at = [&](const QString& run, int column, int role) {
        return runs.index(runs.rowOf(run), column).data(role);
    };
    // Perplexities 14 and 11, KL 0.14 and 0.11, top-1 1/14 and 1/11, errors 0.04 and 0.01.
    EXPECT_EQ(at(kRtn, RunTableModel::Perplexity, RunTableModel::DifferenceRole), QStringLiteral("+3.0000"));
    EXPECT_EQ(at(kRtn, RunTableModel::Perplexity, RunTableModel::BetterRole), -1);
    EXPECT_EQ(at(kRtn, RunTableModel::Top1, RunTableModel::BetterRole), -1) << "higher is better there";
    EXPECT_TRUE(at(kRtn, RunTableModel::Top1, RunTableModel::DifferenceRole).toString().startsWith(QChar(0x2212)));
    EXPECT_EQ(at(kRtn, RunTableModel::Size, RunTableModel::DifferenceRole), QStringLiteral("±0"));
    EXPECT_EQ(at(kRtn, RunTableModel::Size, RunTableModel::BetterRole), 0);
    EXPECT_FALSE(at(kAwq, RunTableModel::Kl, RunTableModel::DifferenceRole).isValid()) << "not evaluated";
    EXPECT_FALSE(at(kGptq, RunTableModel::Kl, RunTableModel::DifferenceRole).isValid());
    EXPECT_NEAR(*source.difference(source.rows()[2], RunTableModel::LayerError), 0.01, 1e-12);
    EXPECT_TRUE(at(kGptq, 0, RunTableModel::IsBaselineRole).toBool());
}

TEST_F(RunArrangementTest, DoesNotCompareWhatWasMeasuredOnOtherText) {
    Project project = test::StudioFixture::projectWithRuns();
    project.runs[0].evaluation->dataName = "another";
    project.runs[2].calibration.setName = "law";
    project.baselineRun = kGptq.toStdString();
    open(project);
    EXPECT_FALSE(source.difference(source.rows()[0], RunTableModel::Perplexity));
    EXPECT_TRUE(source.difference(source.rows()[0], RunTableModel::LayerError));
    EXPECT_FALSE(source.difference(source.rows()[2], RunTableModel::LayerError)) << "of another set";
}

TEST_F(RunArrangementTest, ColumnsOfDomainsFollowThoseOfTheSet) {
    Project project = test::StudioFixture::projectWithRuns();
    for (std::size_t i = 0; i < 2; ++i)
        for (const char* domain : {"law", "code"}) {
            GroupScore score;
            score.name = domain, score.perplexity = static_cast<double>(i) + (domain[0] == 'l' ? 0.5 : 0.25);
            project.runs[i].evaluation->groups.push_back(score);
        }
    project.baselineRun = kRtn.toStdString();
    open(project);
    ASSERT_EQ(runs.columnCount(), RunTableModel::ColumnCount + 2);
    const int law = RunTableModel::ColumnCount + 1; // behind "code"
    EXPECT_EQ(runs.headerData(law, Qt::Horizontal).toString(), QStringLiteral("PPL law"));
    EXPECT_EQ(runs.index(1, law).data().toString(), formatFixed(1.5, 4));
    EXPECT_EQ(runs.index(1, law).data(RunTableModel::DifferenceRole).toString(), QStringLiteral("+1.0000"));
    EXPECT_EQ(runs.index(2, law).data().toString(), QStringLiteral("–"));
}

TEST_F(RunArrangementTest, GroupsUnderHeadingsThatFold) {
    studio.session.runs().setTags(kRtn, QStringLiteral("a, b"));
    studio.session.runs().setTags(kAwq, QStringLiteral("b"));
    runs.setGrouping(RunGrouping::Tag);
    EXPECT_EQ(names(), (QStringList{QStringLiteral("▾ a (1)"), kRtn, QStringLiteral("▾ b (2)"), kRtn, kAwq,
                                    QStringLiteral("▾ no tag (1)"), kGptq}));
    EXPECT_TRUE(runs.isHeading(2));
    EXPECT_FALSE(runs.index(2, 0).flags().testFlag(Qt::ItemIsSelectable));
    runs.toggleGroup(2);
    EXPECT_EQ(names()[2], QStringLiteral("▸ b (2)"));
    EXPECT_EQ(runs.rowCount(), 5);
    EXPECT_EQ(runs.shown().size(), 3u) << "folding hides nothing from the plots";
    runs.setGrouping(RunGrouping::Method);
    EXPECT_EQ(runs.rowCount(), 6);
}

TEST_F(RunArrangementTest, HidesRunsAndFollowsTheirNames) {
    runs.hideRuns({kRtn});
    EXPECT_EQ(names(), (QStringList{kGptq, kAwq}));
    EXPECT_EQ(runs.shown().size(), 2u);
    studio.session.runs().rename(kRtn, QStringLiteral("other"));
    EXPECT_EQ(runs.rowCount(), 2);
    runs.setHiddenShown(true);
    EXPECT_EQ(runs.rowCount(), 3);
    EXPECT_TRUE(runs.index(0, 0).data(RunArrangement::HiddenRole).toBool());
    runs.unhideRuns({QStringLiteral("other")});
    runs.setHiddenShown(false);
    EXPECT_EQ(runs.rowCount(), 3);
}

TEST_F(RunArrangementTest, MarksSettingsThatAreNotTheUsualOnes) {
    Project project = test::StudioFixture::projectWithRuns();
    project.runs[1].settings.scheme.bits = 4;
    project.runs[1].settings.dampPercent = 0.25;
    project.runs.push_back(project.runs[1]);
    project.runs.back().name = "second gptq";
    project.runs.back().settings.dampPercent = 0.5;
    project.runs.push_back(project.runs[0]);
    project.runs.back().name = "second rtn";
    open(project);
    const auto differs = [&](int row, int column) {
        return runs.index(row, column).data(RunArrangement::DiffersRole).toBool();
    };
    EXPECT_TRUE(differs(1, RunTableModel::Bits)) << "most have 3";
    EXPECT_FALSE(differs(0, RunTableModel::Bits));
    EXPECT_FALSE(differs(0, RunTableModel::Group)) << "all have 64";
    EXPECT_TRUE(runs.otherSettings(source.rows()[3]).contains(QStringLiteral("damp_percent 0.5")));
    studio.session.runs().pinBaseline(QStringLiteral("second gptq"));
    EXPECT_TRUE(differs(runs.rowOf(kRtn), RunTableModel::Bits)) << "the baseline has 4";
    EXPECT_FALSE(differs(runs.rowOf(kGptq), RunTableModel::Bits));
}

// Whatever is done, an index that is kept stays with its run, and the order is that of a fresh arrangement.
TEST_F(RunArrangementTest, KeepsIndexesWithTheirRunsThroughRandomChanges) {
    Project project = test::StudioFixture::projectWithRuns();
    for (int i = 0; i < 30; ++i) {
        project.runs.push_back(project.runs[static_cast<std::size_t>(i % 3)]);
        project.runs.back().name = "run " + std::to_string(i);
        project.runs.back().settings.scheme.bits = 2 + i % 4;
        project.runs.back().tags = {"t" + std::to_string(i % 5)};
    }
    open(project);
    std::mt19937 random(11);
    const QSignalSpy resets(&runs, &QAbstractItemModel::modelReset);
    for (int step = 0; step < 200; ++step) {
        std::vector<std::pair<QString, QPersistentModelIndex>> kept;
        for (int row = 0; row < runs.rowCount(); ++row)
            kept.emplace_back(runs.index(row, 0).data().toString(), runs.index(row, 0));
        bool mayRename = false;
        const QString some = fromUtf8(source.rows()[random() % source.rows().size()].run);
        switch (random() % 9) {
        case 0:
            runs.sort(static_cast<int>(random() % RunTableModel::ColumnCount),
                      random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
            break;
        case 1:
            runs.setGrouping(static_cast<RunGrouping>(random() % 5));
            break;
        case 2:
            runs.setFilter(random() % 2 ? QStringLiteral("gptq") : QString());
            break;
        case 3:
            runs.hideRuns({some});
            break;
        case 4:
            runs.unhideRuns({some});
            break;
        case 5:
            if (source.rows().size() > 5)
                studio.session.runs().remove({some});
            break;
        case 6:
            studio.session.runs().undo();
            mayRename = true;
            break;
        case 7:
            studio.session.runs().pinBaseline(some);
            break;
        default:
            studio.session.runs().rename(some, QStringLiteral("renamed %1").arg(step));
            mayRename = true;
        }
        for (const auto& [name, index] : kept)
            if (index.isValid() && !runs.isHeading(index.row()) && !mayRename) {
                ASSERT_EQ(index.data().toString(), name) << step;
            }
    }
    EXPECT_EQ(resets.count(), 0);
}

} // namespace
} // namespace vernier::ui
