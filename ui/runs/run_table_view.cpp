#include "ui/runs/run_table_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/selection.h"
#include "ui/runs/export_dialog.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

namespace vernier::ui {

namespace {

constexpr int kPadding = 3;     ///< left and right of a cell's text
constexpr int kCellMargin = 12; ///< between columns

/// Marks the best value of a column with a bar beside the number, so that weight alone need not be told apart.
class BestValueDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem cell = option;
        initStyleOption(&cell, index);
        cell.state &= ~QStyle::State_HasFocus; // the selected row says where one is
        const QStyle* style = cell.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
        cell.rect.adjust(kPadding, 0, -kPadding, 0);
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
        if (!index.data(RunTableModel::BestRole).toBool())
            return;
        const bool isSelected = option.state & QStyle::State_Selected;
        const QColor colour = isSelected ? option.palette.color(QPalette::HighlightedText) : QColor(0x00, 0x9e, 0x73);
        const QRect& rect = option.rect;
        painter->fillRect(QRect(rect.right() - 3, rect.top() + 4, 3, rect.height() - 8), colour);
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * kPadding, 0);
    }
};

/// Sorts by value and keeps runs without one last, whichever way the column is sorted.
class RunSorter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
        const bool hasLeft = left.data(sortRole()).isValid();
        const bool hasRight = right.data(sortRole()).isValid();
        if (hasLeft != hasRight)
            return (sortOrder() == Qt::AscendingOrder) == hasLeft;
        return QSortFilterProxyModel::lessThan(left, right);
    }
};

} // namespace

RunTableView::RunTableView(const Services& services, RunTableModel& model, QWidget* parent)
    : QTableView(parent), m_services(services), m_model(model), m_sorted(new RunSorter(this)) {
    m_sorted->setSourceModel(&model);
    m_sorted->setSortRole(RunTableModel::SortRole);
    setModel(m_sorted);
    setItemDelegate(new BestValueDelegate(this));
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setAccessibleName(tr("Runs"));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setSectionResizeMode(RunTableModel::Name, QHeaderView::Stretch);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunTableView::runSelectionChanged);
    connect(this, &RunTableView::runSelectionChanged, this, [this] {
        if (const QStringList names = selectedRuns(); names.size() == 1)
            m_services.selection.selectRun(names.front());
    });
    connect(&services.selection, &Selection::runChanged, this, [this](const QString& name) {
        if (!name.isEmpty() && !selectedRuns().contains(name))
            selectRun(name);
    });
    const auto fit = [this] {
        resizeColumnsToContents();
        for (int column = RunTableModel::Name + 1; column < RunTableModel::ColumnCount; ++column)
            if (!isColumnHidden(column))
                setColumnWidth(column, columnWidth(column) + kCellMargin);
    };
    connect(m_sorted, &QAbstractItemModel::modelReset, this, fit);
    connect(m_sorted, &QAbstractItemModel::rowsInserted, this, fit);
    fit();
}

void RunTableView::showColumns(const QList<int>& columns) {
    for (int column = 0; column < RunTableModel::ColumnCount; ++column)
        setColumnHidden(column, !columns.contains(column));
}

QStringList RunTableView::selectedRuns() const {
    QStringList names;
    for (int row = 0; row < m_sorted->rowCount(); ++row)
        if (selectionModel()->isRowSelected(row, {}))
            names.append(m_sorted->index(row, 0).data(RunTableModel::RunNameRole).toString());
    return names;
}

void RunTableView::selectRun(const QString& name) {
    const int row = m_model.rowOf(name);
    if (row >= 0)
        selectRow(m_sorted->mapFromSource(m_model.index(row, 0)).row());
}

void RunTableView::contextMenuEvent(QContextMenuEvent* event) {
    const QStringList names = selectedRuns();
    QMenu menu(this);
    QAction* evaluate = menu.addAction(tr("Evaluate"));
    QAction* exporting = menu.addAction(tr("Export…"));
    QAction* copy = menu.addAction(tr("Copy rows"));
    menu.addSeparator();
    QAction* remove = menu.addAction(tr("Remove from project"));
    for (QAction* action : {evaluate, copy, remove})
        action->setEnabled(!names.isEmpty());
    connect(evaluate, &QAction::triggered, this, [this, names] {
        for (const QString& name : names)
            m_services.session.evaluate(name);
    });
    exporting->setEnabled(names.size() == 1);
    connect(exporting, &QAction::triggered, this, [this, names] {
        auto* dialog = new ExportDialog(m_services, names.first(), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(copy, &QAction::triggered, this, &RunTableView::copyRows);
    connect(remove, &QAction::triggered, this, &RunTableView::removeSelected);
    menu.exec(event->globalPos());
}

void RunTableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copyRows();
    else if (event->matches(QKeySequence::Delete))
        removeSelected();
    else
        QTableView::keyPressEvent(event);
}

void RunTableView::removeSelected() {
    for (const QString& name : selectedRuns())
        m_services.session.removeRun(name);
}

void RunTableView::copyRows() const {
    const QHeaderView* header = horizontalHeader();
    QString text;
    const auto addLine = [&](auto cell) {
        QStringList cells;
        for (int visual = 0; visual < header->count(); ++visual)
            if (const int column = header->logicalIndex(visual); !isColumnHidden(column))
                cells.append(cell(column));
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    };
    addLine([this](int column) { return m_sorted->headerData(column, Qt::Horizontal).toString(); });
    for (int row = 0; row < m_sorted->rowCount(); ++row)
        if (selectionModel()->isRowSelected(row, {}))
            addLine([this, row](int column) { return m_sorted->index(row, column).data().toString(); });
    QGuiApplication::clipboard()->setText(text);
}

} // namespace vernier::ui
