#include "ui/plots/number_table.h"

#include <QHeaderView>
#include <QPainter>

#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

class NumberItem : public QTableWidgetItem {
public:
    NumberItem(double value, const QString& text) : QTableWidgetItem(text) {
        setData(Qt::UserRole, std::isnan(value) ? -std::numeric_limits<double>::infinity() : value);
        setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    bool operator<(const QTableWidgetItem& other) const override {
        return data(Qt::UserRole).toDouble() < other.data(Qt::UserRole).toDouble();
    }
};

} // namespace

NumberTable::NumberTable(const QString& name, const QStringList& columns, const QStringList& toolTips, QWidget* parent)
    : QTableWidget(0, static_cast<int>(columns.size()), parent) {
    setAccessibleName(name);
    setHorizontalHeaderLabels(columns);
    for (int column = 0; column < columnCount(); ++column)
        horizontalHeaderItem(column)->setToolTip(toolTips.value(column));
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setHighlightSections(false);
    setSortingEnabled(true);
}

void NumberTable::setEmptyText(const QString& hint) {
    m_emptyText = hint;
    viewport()->update();
}

void NumberTable::paintEvent(QPaintEvent* event) {
    QTableWidget::paintEvent(event);
    if (rowCount() > 0 || m_emptyText.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    constexpr int kMargin = 24;
    painter.drawText(viewport()->rect().adjusted(kMargin, kMargin, -kMargin, -kMargin),
                     Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void NumberTable::begin(int rows) {
    setSortingEnabled(false);
    setRowCount(0);
    setRowCount(rows);
}

void NumberTable::setText(int row, int column, const QString& text, int key) {
    auto* item = new QTableWidgetItem(text);
    item->setData(Qt::UserRole, key);
    setItem(row, column, item);
}

void NumberTable::setNumber(int row, int column, double value, const QString& text) {
    setItem(row, column, new NumberItem(value, text));
}

void NumberTable::end() {
    setSortingEnabled(true);
    resizeColumnsToContents();
}

int NumberTable::keyOf(int row) const {
    const QTableWidgetItem* first = item(row, 0);
    return first ? first->data(Qt::UserRole).toInt() : -1;
}

} // namespace vernier::ui
