#include "ui/runs/run_table_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/text.h"
#include "ui/runs/export_dialog.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QInputDialog>
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
    setEditTriggers(EditKeyPressed | DoubleClicked);
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
    connect(&services.session, &ProjectSession::runRenamed, this, [this](const QString& from, const QString& to) {
        if (m_services.selection.run() == from)
            m_services.selection.selectRun(to);
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
    copy->setShortcut(QKeySequence::Copy);
    for (QAction* action : {evaluate, copy})
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
    menu.addSeparator();
    addEditActions(menu, names);
    menu.exec(event->globalPos());
}

void RunTableView::addEditActions(QMenu& menu, const QStringList& names) {
    const bool isOne = names.size() == 1;
    QAction* rename = menu.addAction(tr("Rename"), this, &RunTableView::renameSelected);
    rename->setShortcut(Qt::Key_F2);
    QAction* tag = menu.addAction(tr("Add tags…"), this, &RunTableView::tagSelected);
    QAction* note = menu.addAction(tr("Note…"), this, &RunTableView::noteSelected);
    const auto project = m_services.session.project();
    const bool isBaseline = isOne && project && project->baselineRun == names.first().toStdString();
    QAction* pin = menu.addAction(isBaseline ? tr("Unpin the baseline") : tr("Pin as baseline"), this, [=, this] {
        m_services.session.runs().pinBaseline(isBaseline ? QString() : names.first());
    });
    menu.addSeparator();
    QAction* remove = menu.addAction(isOne || names.isEmpty() ? tr("Delete from project")
                                                              : tr("Delete %1 runs from project").arg(names.size()),
                                     this, &RunTableView::removeSelected);
    remove->setShortcut(QKeySequence::Delete);
    for (QAction* action : {rename, note, pin})
        action->setEnabled(isOne);
    for (QAction* action : {tag, remove})
        action->setEnabled(!names.isEmpty());
}

void RunTableView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copyRows();
    else if (event->matches(QKeySequence::Delete))
        removeSelected();
    else if (event->key() == Qt::Key_F2 && !currentIndex().flags().testFlag(Qt::ItemIsEditable))
        renameSelected();
    else
        QTableView::keyPressEvent(event);
}

bool RunTableView::edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) {
    const bool isWanted = trigger == AllEditTriggers || (editTriggers() & trigger);
    if (!isWanted || index.column() != RunTableModel::Note || !index.flags().testFlag(Qt::ItemIsEditable))
        return QTableView::edit(index, trigger, event);
    askForNote(index.data(RunTableModel::RunNameRole).toString()); // a note may have several lines
    return false;
}

void RunTableView::renameSelected() {
    const QStringList names = selectedRuns();
    if (names.isEmpty())
        return;
    const int row = m_sorted->mapFromSource(m_model.index(m_model.rowOf(names.first()), 0)).row();
    const QModelIndex cell = m_sorted->index(row, RunTableModel::Name);
    setCurrentIndex(cell);
    QTableView::edit(cell);
}

void RunTableView::tagSelected() {
    const QStringList names = selectedRuns();
    if (names.isEmpty())
        return;
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Add tags"));
    dialog->setLabelText(names.size() == 1 ? tr("Tags to add to %1, with commas between them").arg(names.first())
                                           : tr("Tags to add to %1 runs, with commas between them").arg(names.size()));
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, names](const QString& tags) { m_services.session.runs().addTags(names, tags); });
    dialog->open();
}

void RunTableView::noteSelected() {
    const QStringList names = selectedRuns();
    if (names.size() == 1)
        askForNote(names.first());
}

void RunTableView::askForNote(const QString& run) {
    const auto project = m_services.session.project();
    const Run* known = project ? project->findRun(run.toStdString()) : nullptr;
    if (!known)
        return;
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Note"));
    dialog->setLabelText(tr("Note on %1").arg(run));
    dialog->setOption(QInputDialog::UsePlainTextEditForTextInput);
    dialog->setTextValue(fromUtf8(known->note));
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, run](const QString& note) { m_services.session.runs().setNote(run, note); });
    dialog->open();
}

void RunTableView::removeSelected() {
    m_services.session.runs().remove(selectedRuns());
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
