#include "ui/layers/clipping_table.h"

#include "ui/bridge/text.h"
#include "ui/plots/number_format.h"

#include <QHeaderView>

#include <algorithm>
#include <iterator>

namespace vernier::ui {

namespace {

enum Column { Method, Low, High, Step, Zero, Saturated, Error, Sqnr, ColumnCount };
constexpr int kMethods = static_cast<int>(std::size(kClippingMethods));
constexpr int kRows = kMethods + 1; // the chosen one last
constexpr int kFirstChoice = 3;     // MSE

/// Small shares of a percent matter here: never rounded to zero.
QString shareText(double share) {
    return share == 0 ? QStringLiteral("0 %") : formatNumber(share * 100, 2) + QStringLiteral(" %");
}

} // namespace

ClippingTable::ClippingTable(QWidget* parent) : QTableWidget(kRows, ColumnCount, parent) {
    setHorizontalHeaderLabels({tr("Clipping range"), tr("Low"), tr("High"), tr("Scale"), tr("Zero"), tr("Saturated"),
                               tr("MSE"), tr("SQNR, dB")});
    const QStringList explanations{
        tr("How the range is chosen; the selected one is shaded in the histogram"),
        tr("Smallest activation that is not clipped; a range always holds zero"),
        tr("Largest activation that is not clipped"),
        tr("Width of one quantization step: range over number of levels − 1"),
        tr("Zero point: the code that stands for 0"),
        tr("Share of activations outside the range"),
        tr("Mean squared error of rounding and clipping, integrated over the histogram's bins"),
        tr("Signal power over error power; 6 dB is one bit"),
    };
    for (int column = 0; column < ColumnCount; ++column) {
        horizontalHeaderItem(column)->setToolTip(explanations[column]);
        horizontalHeaderItem(column)->setTextAlignment(column == Method ? Qt::AlignLeft | Qt::AlignVCenter
                                                                        : Qt::AlignRight | Qt::AlignVCenter);
    }
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < ColumnCount; ++column) {
            auto* item = new QTableWidgetItem;
            item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
            if (column != Method)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(row, column, item);
        }
    setAccessibleName(tr("Clipping ranges"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    for (const int column : {Method, Zero, Saturated, Sqnr})
        horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    horizontalHeader()->setHighlightSections(false);
    connect(this, &QTableWidget::currentCellChanged, this, [this](int row, int, int previousRow) {
        if (row >= 0 && row != previousRow)
            emit methodSelected(row);
    });
    clearNumbers();
}

QString ClippingTable::methodName(const ClippingRange& range, const ClippingSettings& settings) {
    switch (range.method) {
    case ClippingMethod::MinMax:
        return tr("min/max");
    case ClippingMethod::MovingAverage:
        return tr("moving average");
    case ClippingMethod::Percentile:
        return tr("percentile %1").arg(formatNumber(settings.percentile, 5));
    case ClippingMethod::MeanSquaredError:
        return tr("MSE, %1-bit").arg(settings.bits);
    case ClippingMethod::Entropy:
        return tr("entropy, %1-bit").arg(settings.bits);
    }
    return {};
}

void ClippingTable::setAnalysis(const TapAnalysis& analysis) {
    const int rows = std::min(kMethods, static_cast<int>(analysis.ranges.size()));
    for (int row = 0; row < rows; ++row) {
        const ClippingRange& range = analysis.ranges[static_cast<std::size_t>(row)];
        setRange(row, methodName(range, analysis.settings), range);
    }
    if (currentRow() < 0)
        selectMethod(kFirstChoice);
}

void ClippingTable::setRange(int row, const QString& name, const ClippingRange& range) {
    const QStringList texts{name,
                            formatNumber(range.low),
                            formatNumber(range.high),
                            formatNumber(range.scale),
                            QString::number(range.zeroPoint),
                            shareText(range.saturatedShare),
                            formatNumber(range.meanSquaredError, 3),
                            formatFixed(range.sqnrDb, 2)};
    for (int column = 0; column < ColumnCount; ++column)
        item(row, column)->setText(texts[column]);
}

int ClippingTable::chosenRow() {
    return kMethods;
}

void ClippingTable::setChosen(const std::optional<ClippingRange>& range, const QString& name) {
    if (range)
        return setRange(kMethods, name, *range);
    item(kMethods, Method)->setText(tr("none chosen"));
    for (int column = Low; column < ColumnCount; ++column)
        item(kMethods, column)->setText(QStringLiteral("–"));
}

void ClippingTable::clearNumbers() {
    for (int row = 0; row < kRows; ++row)
        for (int column = Low; column < ColumnCount; ++column)
            item(row, column)->setText(QStringLiteral("–"));
}

void ClippingTable::selectMethod(int row) {
    setCurrentCell(row, Method);
}

QSize ClippingTable::sizeHint() const {
    const int rows = verticalHeader()->defaultSectionSize() * kRows;
    return {560, horizontalHeader()->sizeHint().height() + rows + 2 * frameWidth()};
}

QSize ClippingTable::minimumSizeHint() const {
    return {320, sizeHint().height()};
}

} // namespace vernier::ui
