#include "ui/runs/export_dialog.h"

#include "tests/ui/support/studio_fixture.h"
#include "ui/bridge/run_table_model.h"
#include "ui/runs/method_form.h"
#include "ui/runs/run_recovery.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include <filesystem>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct ExportDialogTest : testing::Test {
    void makeRun(QuantizeSettings settings) {
        studio.importDemo();
        RunOrder order = studio.smallOrder();
        order.settings = std::move(settings);
        order.name = "run";
        order.evaluation.reset();
        studio.session.makeRun(order);
        ASSERT_TRUE(studio.settle());
    }
    static QuantizeSettings rtn(Scheme scheme) {
        QuantizeSettings settings;
        settings.method = Method::Rtn;
        settings.scheme = scheme;
        return settings;
    }

    test::StudioFixture studio;
};

TEST_F(ExportDialogTest, WritesTheRunAndSaysWhoLoadsIt) {
    makeRun(rtn({4, 64, true, NumberFormat::Integer, ScaleType::F16}));
    ExportDialog dialog(studio.services, QStringLiteral("run"));
    dialog.show();
    EXPECT_EQ(dialog.format().currentText(), QStringLiteral("gptq")); // the first that holds it
    EXPECT_TRUE(dialog.exportButton().isEnabled());
    ASSERT_GT(dialog.loaders().rowCount(), 3);
    EXPECT_TRUE(dialog.loaders().item(0, 0)->text().contains(QStringLiteral("vLLM")));
    const auto folder = studio.folder / "written";
    dialog.folder().setText(QString::fromStdString(folder.string()));
    dialog.exportButton().click();
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(std::filesystem::exists(folder / "model.safetensors"));
    EXPECT_TRUE(std::filesystem::exists(folder / "quantize_config.json"));
}

TEST_F(ExportDialogTest, SaysWhatAFormatCannotHoldAndWhatToDo) {
    makeRun(rtn({5, 64, false, NumberFormat::Integer, ScaleType::F16}));
    ExportDialog dialog(studio.services, QStringLiteral("run"));
    dialog.show();
    dialog.format().setCurrentText(QStringLiteral("awq"));
    EXPECT_TRUE(dialog.problem().contains(QStringLiteral("5 bits")));
    EXPECT_FALSE(dialog.exportButton().isEnabled());
    EXPECT_EQ(dialog.loaders().rowCount(), 0);
    dialog.accept(); // by keyboard: nothing happens
    EXPECT_TRUE(dialog.isVisible());
    dialog.format().setCurrentText(QStringLiteral("fake-quantized"));
    EXPECT_TRUE(dialog.problem().isEmpty());
    EXPECT_TRUE(dialog.exportButton().isEnabled());
}

TEST_F(ExportDialogTest, OffersToComputeLostCodesAgainAndKeepsTheReport) {
    makeRun(rtn({4, 64, true, NumberFormat::Integer, ScaleType::F16}));
    const QStringList runs{QStringLiteral("run")};
    EXPECT_TRUE(runsWithoutCodes(studio.services, runs).isEmpty());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(studio.folder / "cache"))
        if (entry.path().extension() == ".h5")
            std::filesystem::remove(entry.path());
    EXPECT_EQ(runsWithoutCodes(studio.services, runs), runs);
    RunTableModel model(studio.session);
    ASSERT_EQ(model.rows().size(), 1u);
    EXPECT_GT(model.rows()[0].meanRelativeError, 0) << "the report is the project's";
    ExportDialog dialog(studio.services, QStringLiteral("run"));
    dialog.show();
    QPushButton* again = nullptr;
    for (auto* button : dialog.findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Compute again"))
            again = button;
    ASSERT_TRUE(again);
    QTest::mouseClick(again, Qt::LeftButton);
    ASSERT_TRUE(studio.settle());
    EXPECT_TRUE(runsWithoutCodes(studio.services, runs).isEmpty());
}

TEST(MethodForm, KeepsActivationSchemes) {
    MethodForm form;
    const auto back = [&](ActivationScheme scheme) {
        QuantizeSettings settings;
        settings.activations = scheme;
        form.setSettings(settings);
        return form.settings().activations;
    };
    ActivationScheme scheme;
    EXPECT_EQ(back(scheme), scheme);
    scheme.bits = 8;
    EXPECT_EQ(back(scheme), scheme);
    scheme.grids = ActivationGrids::PerTensor;
    scheme.keyValueBits = 4;
    EXPECT_EQ(back(scheme), scheme);
    scheme.bits = 5; // the form has no entry for it
    EXPECT_EQ(back(scheme), scheme);
    EXPECT_EQ(back({}), ActivationScheme());
}

} // namespace
} // namespace vernier::ui
