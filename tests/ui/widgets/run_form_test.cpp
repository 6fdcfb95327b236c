#include "ui/runs/run_form.h"

#include "core/curate/set_edit.h"
#include "core/quantize/presets.h"
#include "core/store/settings_json.h"
#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/set_history.h"
#include "ui/runs/method_form.h"
#include "ui/runs/run_progress.h"
#include "ui/runs/runs_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier::ui {
namespace {

using test::waitFor;

template <class Widget>
Widget* named(const QWidget& parent, const QString& accessibleName) {
    for (Widget* widget : parent.findChildren<Widget*>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    ADD_FAILURE() << "no widget is called " << qPrintable(accessibleName);
    return nullptr;
}

TEST(MethodForm, OffersWhatTheMethodKnows) {
    MethodForm form;
    auto* method = named<QComboBox>(form, QStringLiteral("Method"));
    auto* damping = named<QDoubleSpinBox>(form, QStringLiteral("Damping"));
    auto* points = named<QSpinBox>(form, QStringLiteral("Grid points"));
    method->setCurrentText(QStringLiteral("GPTQ"));
    EXPECT_TRUE(damping->isEnabled());
    EXPECT_FALSE(points->isEnabled());
    damping->setValue(5);
    EXPECT_DOUBLE_EQ(form.settings().dampPercent, 0.05);
    method->setCurrentText(QStringLiteral("AWQ"));
    EXPECT_FALSE(damping->isEnabled());
    EXPECT_TRUE(points->isEnabled());
    EXPECT_DOUBLE_EQ(form.settings().dampPercent, QuantizeSettings{}.dampPercent) << "what AWQ does not know stays out";
}

TEST(MethodForm, SettingsGoInAndComeOut) {
    MethodForm form;
    QuantizeSettings settings;
    settings.method = Method::Gptq;
    settings.scheme = {.bits = 3, .groupSize = 48, .symmetric = true};
    settings.dampPercent = 0.02;
    settings.order = ColumnOrder::Activation;
    form.setSettings(settings);
    EXPECT_EQ(form.settings().scheme, settings.scheme);
    EXPECT_DOUBLE_EQ(form.settings().dampPercent, 0.02);
    EXPECT_EQ(form.settings().order, ColumnOrder::Activation);
    EXPECT_FALSE(form.settings().staticGroups) << "as they were set";
    settings.scheme.groupSize = -1;
    form.setSettings(settings);
    EXPECT_EQ(form.settings().scheme.groupSize, -1);
    EXPECT_TRUE(form.problem().isEmpty());
}

TEST(MethodForm, TakesPresetsWhole) {
    MethodForm form;
    auto* preset = named<QComboBox>(form, QStringLiteral("Preset"));
    for (const Preset& wanted : presets()) {
        const int index = preset->findText(QString::fromStdString(wanted.name));
        ASSERT_GT(index, 0) << wanted.name;
        emit preset->activated(index);
        EXPECT_EQ(toJson(form.settings()), toJson(wanted.settings)) << wanted.name;
    }
}

TEST(MethodForm, NamesAWrongGroupSize) {
    MethodForm form;
    auto* group = named<QComboBox>(form, QStringLiteral("Group size"));
    group->setEditText(QStringLiteral("a lot"));
    EXPECT_FALSE(form.problem().isEmpty());
    group->setEditText(QStringLiteral("64"));
    EXPECT_TRUE(form.problem().isEmpty());
}

TEST(RunForm, SaysWhatIsMissingAndStartsWhenNothingIs) {
    test::StudioFixture studio;
    RunForm form(studio.services);
    form.resize(340, 800);
    form.show();
    auto* start = form.findChild<QPushButton*>(QStringLiteral("start"));
    auto* problem = form.findChild<QLabel*>(QStringLiteral("problem"));
    EXPECT_FALSE(start->isEnabled());
    EXPECT_EQ(problem->text(), QStringLiteral("Open a project first"));

    studio.importDemo();
    EXPECT_EQ(problem->text(), QStringLiteral("Choose a model folder"));
    studio.model.open(test::StudioFixture::demoModel());
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(problem->isHidden()) << qPrintable(problem->text());
    ASSERT_TRUE(start->isEnabled());

    named<QSpinBox>(form, QStringLiteral("Sequence length"))->setValue(500000);
    EXPECT_FALSE(start->isEnabled());
    named<QSpinBox>(form, QStringLiteral("Sequence length"))->setValue(64);
    named<QSpinBox>(form, QStringLiteral("Windows"))->setValue(2);
    named<QComboBox>(form, QStringLiteral("Method"))->setCurrentText(QStringLiteral("RTN"));
    const RunOrder order = form.order();
    EXPECT_EQ(order.setName, "calibration");
    EXPECT_EQ(order.recipe.maxWindows, 2);
    ASSERT_TRUE(order.evaluation);
    EXPECT_EQ(order.evaluation->setName, "evaluation");

    QTest::mouseClick(start, Qt::LeftButton);
    EXPECT_EQ(studio.jobs.listedWork().size(), 3) << "calibrate, quantize, evaluate";
    ASSERT_TRUE(studio.settle(180000));
    EXPECT_EQ(studio.session.project()->runs.size(), 1u);
}

TEST(RunForm, MakesWindowsByTheRecipeOfTheSet) {
    test::StudioFixture studio;
    studio.importDemo();
    RunForm form(studio.services);
    form.show();
    auto* set = named<QComboBox>(form, QStringLiteral("Calibration set"));
    auto* windows = named<QSpinBox>(form, QStringLiteral("Windows"));
    auto* length = named<QSpinBox>(form, QStringLiteral("Sequence length"));
    auto* text = form.findChild<QLabel*>(QStringLiteral("recipe"));
    EXPECT_EQ(windows->value(), 32);
    EXPECT_EQ(length->value(), 256);
    EXPECT_TRUE(text->text().contains(QStringLiteral("documents joined"))) << qPrintable(text->text());

    const PackingRecipe recipe{.sequenceLength = 96,
                               .maxWindows = 12,
                               .mode = PackingMode::OnePerWindow,
                               .truncation = Truncation::Tail,
                               .shortDocuments = ShortDocuments::LeaveOut};
    const auto give = [&](const PackingRecipe& given) {
        studio.session.sets().edit(QStringLiteral("calibration"),
                                   [&](const CalibrationSet& before) { return changeRecipe(before, given); });
    };
    give(recipe);
    EXPECT_EQ(windows->value(), 12);
    EXPECT_EQ(length->value(), 96);
    EXPECT_EQ(form.calibration().recipe, recipe);
    EXPECT_EQ(form.order().recipe, recipe);
    EXPECT_TRUE(text->text().contains(QStringLiteral("one document per window, the end of long ones")));
    EXPECT_FALSE(text->text().contains(QStringLiteral("changed for this run")));

    // What is changed for a run stays while the recipe changes elsewhere, and goes with the set.
    windows->setValue(3);
    EXPECT_TRUE(text->text().contains(QStringLiteral("of itself 12 windows of 96 tokens")));
    PackingRecipe other = recipe;
    other.sequenceLength = 80;
    give(other);
    EXPECT_EQ(windows->value(), 3);
    EXPECT_EQ(length->value(), 80);
    EXPECT_EQ(form.calibration().recipe.maxWindows, 3);
    EXPECT_EQ(form.calibration().recipe.truncation, Truncation::Tail);
    set->setCurrentText(QStringLiteral("evaluation"));
    EXPECT_EQ(windows->value(), 32);
    set->setCurrentText(QStringLiteral("calibration"));
    EXPECT_EQ(windows->value(), 12);

    QString page;
    QObject::connect(&studio.navigator, &Navigator::pageRequested, &form,
                     [&](const QString& wanted) { page = wanted; });
    emit text->linkActivated(QStringLiteral("data"));
    EXPECT_EQ(page, page::kData);
}

TEST(RunForm, PlansBeforeItStarts) {
    test::StudioFixture studio;
    studio.importDemo();
    studio.model.open(test::StudioFixture::demoModel());
    ASSERT_TRUE(studio.settle());
    RunForm form(studio.services);
    form.resize(340, 900);
    form.show();
    named<QSpinBox>(form, QStringLiteral("Windows"))->setValue(2);
    named<QSpinBox>(form, QStringLiteral("Sequence length"))->setValue(64);
    auto* plan = form.findChild<QLabel*>(QStringLiteral("plan"));
    const auto says = [&](const char* text) {
        return waitFor([&] { return plan->text().contains(QLatin1String(text)); });
    };
    ASSERT_TRUE(says("Takes about")) << qPrintable(plan->text());
    EXPECT_TRUE(plan->text().contains(QStringLiteral("Memory: ")));
    EXPECT_TRUE(plan->text().contains(QStringLiteral("Disk: ")));

    auto* memory = named<QDoubleSpinBox>(form, QStringLiteral("Memory"));
    memory->setValue(5);
    EXPECT_EQ(studio.bench->memoryLimit.load(), 5'000'000'000u);
    ASSERT_TRUE(says("of 5.00 GB allowed")) << qPrintable(plan->text());
    auto* precision = named<QComboBox>(form, QStringLiteral("Precision"));
    if (hasBf16Units()) {
        precision->setCurrentIndex(1);
        EXPECT_EQ(form.order().precision, Precision::BF16);
        EXPECT_EQ(form.order().settings.precision, Precision::BF16);
        precision->setCurrentIndex(0);
    }
    studio.session.calibrate(form.calibration());
    ASSERT_TRUE(studio.settle(180000));
    EXPECT_TRUE(says("are in the cache")) << qPrintable(plan->text());
}

TEST(RunsPage, CancelButtonStopsTheJobAndSaysSo) {
    test::StudioFixture studio;
    studio.importDemo();
    RunsPage page(studio.services);
    page.resize(1200, 800);
    page.show();
    auto* cancel = page.findChild<QPushButton*>(QStringLiteral("cancel"));
    ASSERT_NE(cancel, nullptr);
    EXPECT_FALSE(cancel->isEnabled());
    const JobId job = studio.session.calibrate(test::StudioFixture::smallCalibration(200, 256));
    ASSERT_TRUE(waitFor([&] { return studio.statistics.arrivedBlocks() > 0; }));
    QTest::mouseClick(cancel, Qt::LeftButton);
    EXPECT_EQ(cancel->text(), QStringLiteral("Cancelling…"));
    ASSERT_TRUE(waitFor([&] { return studio.jobs.job(job)->state == JobState::Cancelled; }, 5000));
    EXPECT_TRUE(studio.session.project()->calibrations.empty());
}

} // namespace
} // namespace vernier::ui
