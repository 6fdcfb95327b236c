#include "core/quantize/size_plan.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_queue.h"
#include "ui/bridge/text.h"
#include "ui/runs/queue_panel.h"
#include "ui/runs/sweep_dialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>
#include <QTreeView>
#include <QVBoxLayout>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

using test::waitFor;

constexpr auto quickOrder = test::StudioFixture::quickOrder;

class QueueViews : public testing::Test {
protected:
    test::StudioFixture studio;

    void SetUp() override {
        studio.importDemo();
        studio.model.open(test::StudioFixture::demoModel());
        ASSERT_TRUE(studio.settle());
    }

    static void check(const QWidget& dialog, const char* box, const char* text, bool isChecked) {
        for (QCheckBox* choice : dialog.findChild<QWidget*>(QLatin1String(box))->findChildren<QCheckBox*>())
            if (choice->text() == QLatin1String(text))
                choice->setChecked(isChecked);
    }
};

TEST_F(QueueViews, PanelReordersPausesAndRemoves) {
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    QueuePanel& panel = *new QueuePanel(studio.services, &window);
    layout->addWidget(&panel);
    window.resize(800, 200);
    window.show();
    EXPECT_FALSE(panel.isVisible());
    studio.queue.pause();
    studio.queue.enqueue({quickOrder(3), quickOrder(4), quickOrder(5)});
    EXPECT_TRUE(panel.isVisible());
    auto* list = panel.findChild<QTreeView*>();
    const auto text = [&](int row, int column) { return list->model()->index(row, column).data().toString(); };
    ASSERT_EQ(list->model()->rowCount(), 3);
    EXPECT_EQ(text(0, 3), QStringLiteral("paused"));
    list->setCurrentIndex(list->model()->index(2, 0));
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    EXPECT_EQ(text(1, 0), QStringLiteral("rtn-5bit-g64"));
    QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("up")), Qt::LeftButton);
    EXPECT_EQ(text(0, 0), QStringLiteral("rtn-5bit-g64")) << "the moved one stays selected";
    QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("remove")), Qt::LeftButton);
    ASSERT_EQ(list->model()->rowCount(), 2);
    QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("pause")), Qt::LeftButton);
    EXPECT_NE(text(0, 3), QStringLiteral("paused"));
    ASSERT_TRUE(waitFor([&] { return studio.session.project()->runs.size() == 2; }, 120000));
    ASSERT_TRUE(studio.settle());
    EXPECT_FALSE(panel.isVisible());
}

TEST_F(QueueViews, SweepShowsSizesAndTakesOnlyWhatIsNew) {
    studio.queue.enqueue({quickOrder(4)});
    ASSERT_TRUE(waitFor([&] { return studio.session.project()->runs.size() == 1; }, 120000));
    ASSERT_TRUE(studio.settle());
    SweepDialog dialog(studio.services, quickOrder(4));
    dialog.show();
    check(dialog, "bits", "3", true);
    check(dialog, "groups", "128", true);
    auto* table = dialog.findChild<QTableWidget*>();
    auto* summary = dialog.findChild<QLabel*>(QStringLiteral("summary"));
    ASSERT_TRUE(waitFor([&] { return table->rowCount() == 4 && summary->text().contains(QStringLiteral("to make")); }));
    EXPECT_TRUE(summary->text().startsWith(QStringLiteral("3 runs to make"))) << qPrintable(summary->text());
    EXPECT_TRUE(summary->text().contains(QStringLiteral("1 of the combinations made already")));
    QuantizeSettings settings = quickOrder(3).settings;
    const SizePlan size = plannedSize(*studio.model.spec(), settings);
    EXPECT_EQ(table->item(0, 1)->text(), QString::fromStdString(settings.scheme.text()));
    EXPECT_EQ(table->item(0, 4)->text(), formatFixed(size.bitsPerWeight(), 2));
    EXPECT_EQ(table->item(2, 6)->text(), QStringLiteral("is rtn-4bit-g64"));
    QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("add")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return studio.session.project()->runs.size() == 4; }, 120000));
    ASSERT_TRUE(studio.settle());
}

TEST_F(QueueViews, SweepSaysWhatMakesNoSense) {
    RunOrder fixed = quickOrder(4);
    fixed.settings.scheme = Scheme::of(NumberFormat::Q4_0);
    SweepDialog dialog(studio.services, fixed);
    dialog.show();
    check(dialog, "bits", "3", true);
    EXPECT_FALSE(dialog.findChild<QPushButton*>(QStringLiteral("add"))->isEnabled());
    EXPECT_TRUE(dialog.findChild<QLabel*>(QStringLiteral("summary"))->text().contains(QStringLiteral("3 bits")))
        << qPrintable(dialog.findChild<QLabel*>(QStringLiteral("summary"))->text());
}

} // namespace
} // namespace vernier::ui
