#include "ui/layers/weight_view.h"

#include "core/workbench/quantize.h"
#include "tests/ui/layers/layers_fixture.h"
#include "ui/bridge/text.h"
#include "ui/layers/layers_page.h"
#include "ui/layers/linear_facts.h"
#include "ui/plots/levels_plot.h"
#include "ui/plots/matrix_plot.h"
#include "ui/plots/number_format.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

/// A calibrated project with a run of 3 bits, and the Weights tab in sight.
struct WeightViewTest : test::LayersFixture {
    WeightViewTest() {
        calibrate("calibration");
        tabs().setCurrentWidget(&view());
        studio.settle();
    }
    void quantize(const Scheme& scheme, const char* name, const char* kept = nullptr) {
        QuantizeRequest request;
        request.name = name;
        request.settings.method = Method::Rtn;
        request.settings.scheme = scheme;
        if (kept) {
            LinearOverride keep;
            keep.pattern = kept;
            keep.skip = true;
            request.settings.overrides.push_back(keep);
        }
        request.calibration = studio.session.project()->calibrations.back();
        studio.session.quantize(request);
        studio.settle();
        studio.selection.selectRun(QString::fromLatin1(name));
        studio.settle();
    }
    void choose(WeightQuantity quantity) {
        QComboBox& box = view().quantities();
        box.setCurrentIndex(box.findData(static_cast<int>(quantity)));
        studio.settle();
    }
    WeightView& view() { return *page.findChild<WeightView*>(); }
    QTabWidget& tabs() { return *page.findChild<QTabWidget*>(); }
    /// The stored codes of a linear, read past everything that is tested.
    QuantizedLinear stored(const QString& run, int block, const std::string& linear) {
        return runBlock(*studio.bench, *studio.session.project()->findRun(run.toStdString()), block).linears.at(linear);
    }
};

TEST_F(WeightViewTest, ShowsTheOriginalWithoutARun) {
    ASSERT_NE(view().linear(), nullptr);
    EXPECT_EQ(view().linear()->name, QStringLiteral("model.layers.0.self_attn.q_proj"));
    EXPECT_EQ(view().linears().count(), 3); // q, k and v read the same input
    EXPECT_EQ(view().quantities().count(), 1);
    const auto model = studio.model.model();
    const Matrix weight = model->model.matrix("model.layers.0.self_attn.q_proj.weight", 256, 256);
    const MatrixCells& cells = view().map().cells();
    EXPECT_EQ(cells.region, QRect(0, 0, 256, 256));
    EXPECT_EQ(cells.rowsPerCell, 1);
    for (const int i : {0, 1, 256, 65535})
        EXPECT_EQ(cells.values[static_cast<std::size_t>(i)], weight(i / 256, i % 256));
    EXPECT_TRUE(view().levels().csv().isEmpty());
    view().linears().setCurrentIndex(2);
    studio.settle();
    EXPECT_EQ(view().linear()->name, QStringLiteral("model.layers.0.self_attn.v_proj"));
}

TEST_F(WeightViewTest, ShowsCodesErrorScalesAndNumbersOfTheSelectedRun) {
    quantize({.bits = 3, .groupSize = 64, .symmetric = false}, "r3");
    studio.selection.selectTap(1, 3); // down_proj
    studio.settle();
    const std::string name = "model.layers.1.mlp.down_proj";
    ASSERT_EQ(view().linear()->name.toStdString(), name);
    const QuantizedLinear codes = stored(QStringLiteral("r3"), 1, name);
    const Matrix weight = studio.model.model()->model.matrix(name + ".weight", codes.out, codes.in);

    std::vector<std::uint64_t> counts(8);
    double squares = 0, errors = 0;
    const auto error = [&](Index row, Index column) {
        const auto grid = static_cast<std::size_t>(row * codes.groups() + column / 64);
        const int code = codes.codes[static_cast<std::size_t>(row * codes.in + column)];
        return double{codes.scales[grid]} * (code - codes.zeros[grid]) - double{weight(row, column)};
    };
    for (Index row = 0; row < codes.out; ++row)
        for (Index column = 0; column < codes.in; ++column) {
            ++counts[codes.codes[static_cast<std::size_t>(row * codes.in + column)]];
            squares += double{weight(row, column)} * double{weight(row, column)};
            errors += error(row, column) * error(row, column);
        }
    // The map of errors, which is what is shown first.
    EXPECT_EQ(view().quantities().currentText(), QStringLiteral("Error"));
    const MatrixCells& cells = view().map().cells();
    ASSERT_EQ(cells.region, QRect(0, 0, static_cast<int>(codes.in), static_cast<int>(codes.out)));
    for (const Index row : {Index{0}, Index{17}, codes.out - 1})
        for (const Index column : {Index{0}, Index{65}, codes.in - 1})
            EXPECT_NEAR(double{cells.values[static_cast<std::size_t>(row * codes.in + column)]}, error(row, column),
                        1e-6);
    choose(WeightQuantity::Codes);
    EXPECT_EQ(view().map().cells().values[static_cast<std::size_t>(codes.in + 5)],
              static_cast<float>(codes.codes[static_cast<std::size_t>(codes.in + 5)]));
    choose(WeightQuantity::Scales);
    EXPECT_EQ(view().map().cells().columns(), codes.groups());
    EXPECT_EQ(view().map().cells().values[3], codes.scales[3]);
    // Bars and numbers.
    QString csv = QStringLiteral("level,weights\n");
    for (std::size_t code = 0; code < 8; ++code)
        csv += QStringLiteral("%1,%2\n").arg(code).arg(counts[code]);
    EXPECT_EQ(view().levels().csv(), csv);
    EXPECT_TRUE(view().numbers().contains(formatFixed(10 * std::log10(squares / errors), 2) + QStringLiteral(" dB")))
        << view().numbers().toStdString();
    EXPECT_TRUE(view().numbers().contains(QStringLiteral("0 of 8 levels unused")));
    const double ends = static_cast<double>(counts[0] + counts[7]) / static_cast<double>(codes.out * codes.in);
    EXPECT_TRUE(view().numbers().contains(formatPercent(ends, 1) + QStringLiteral(" at the ends")));
    // The wish is kept, and another run replaces the codes.
    quantize(Scheme::of(NumberFormat::Mxfp4), "mx");
    EXPECT_EQ(view().quantities().currentText(), QStringLiteral("Group scales"));
    EXPECT_TRUE(view().levels().csv().startsWith(QStringLiteral("level,weights\n-6,")));
    EXPECT_EQ(view().quantities().findText(QStringLiteral("Zero points")), -1);
    studio.selection.selectRun({});
    studio.settle();
    EXPECT_EQ(view().quantities().count(), 1);
}

TEST_F(WeightViewTest, SaysWhatARunKept) {
    quantize({.bits = 3, .groupSize = 64, .symmetric = false}, "kept", "*.0.self_attn.q_proj");
    EXPECT_EQ(view().quantities().count(), 1);
    EXPECT_TRUE(view().levels().accessibleDescription().contains(QStringLiteral("keeps this linear")));
    view().linears().setCurrentIndex(1);
    studio.settle();
    EXPECT_FALSE(view().levels().csv().isEmpty());
}

TEST_F(WeightViewTest, AsksForTheCellsThatAreZoomedInto) {
    quantize({.bits = 3, .groupSize = 64, .symmetric = false}, "r3");
    QSignalSpy shown(&view(), &WeightView::mapShown);
    QWidget& canvas = *view().map().childAt(view().map().rect().center());
    const QPointF at = canvas.rect().center();
    for (int i = 0; i < 6; ++i) {
        QWheelEvent wheel(at, canvas.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QCoreApplication::sendEvent(&canvas, &wheel);
    }
    ASSERT_TRUE(test::waitFor([&] { return shown.count() > 0; }, 10000));
    const QRect region = view().map().cells().region;
    EXPECT_EQ(region, view().map().visibleRegion());
    EXPECT_LT(region.width(), 200);
    EXPECT_GT(region.width(), 10);
    const auto& values = view().map().cells().values;
    ASSERT_EQ(static_cast<int>(values.size()), region.width() * region.height());
    EXPECT_EQ(values[0], static_cast<float>(
                             valueAt(view().linear()->weights, WeightQuantity::Error, region.top(), region.left())));
    // Another quantity of the same size stays where it is.
    choose(WeightQuantity::Original);
    EXPECT_EQ(view().map().cells().region, region);
    QTest::keyClick(&view().map(), Qt::Key_R);
    ASSERT_TRUE(test::waitFor([&] { return view().map().cells().region == QRect(0, 0, 256, 256); }, 10000));
}

TEST_F(WeightViewTest, SelectsTheChannelOfAColumn) {
    QWidget& canvas = *view().map().childAt(view().map().rect().center());
    QTest::mouseClick(&canvas, Qt::LeftButton, Qt::NoModifier, canvas.rect().center());
    EXPECT_GT(studio.selection.channel(), 60);
    EXPECT_LT(studio.selection.channel(), 200);
}

TEST_F(WeightViewTest, ShowsTheNewestOfManySelections) {
    quantize({.bits = 3, .groupSize = 64, .symmetric = false}, "r3");
    for (int block = 0; block < 4; ++block)
        for (int group = 0; group < 4; ++group)
            studio.selection.selectTap(block, group);
    studio.settle();
    EXPECT_EQ(view().linear()->name, QStringLiteral("model.layers.3.mlp.down_proj"));
    EXPECT_TRUE(view().map().title().contains(QStringLiteral("model.layers.3.mlp.down_proj")));
    studio.selection.selectTap(0, 4 + 2); // the output of v_proj
    studio.settle();
    EXPECT_EQ(view().linear()->name, QStringLiteral("model.layers.0.self_attn.v_proj"));
    studio.selection.selectTap(0, 4 + 7 + 2); // the residual stream
    studio.settle();
    EXPECT_EQ(view().linear(), nullptr);
    EXPECT_TRUE(view().map().accessibleDescription().contains(QStringLiteral("feeds no linear")));
}

TEST_F(WeightViewTest, ReadsNothingWhileItIsOutOfSight) {
    tabs().setCurrentIndex(0);
    const LinearFacts* before = view().linear();
    studio.selection.selectTap(2, 0);
    studio.settle();
    EXPECT_EQ(view().linear(), before);
    tabs().setCurrentWidget(&view());
    studio.settle();
    EXPECT_EQ(view().linear()->name, QStringLiteral("model.layers.2.self_attn.q_proj"));
}

} // namespace
} // namespace vernier::ui
