#include "ui/runs/run_table_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/run_arrangement.h"
#include "ui/bridge/run_edits.h"
#include "ui/bridge/run_table_model.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/text.h"
#include "ui/plots/plot_view.h"
#include "ui/runs/export_dialog.h"
#include "ui/runs/run_delegate.h"
#include "ui/runs/run_recovery.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QInputDialog>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <limits>
#include <set>

namespace vernier::ui {

namespace {

constexpr int kCellMargin = 12;    ///< between columns
constexpr int kWidestColumn = 320; // at first; the header lets one drag it
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

} // namespace

RunTableView::RunTableView(const Services& services, RunTableModel& model, QWidget* parent)
    : QTableView(parent), m_services(services), m_model(model), m_arranged(new RunArrangement(model, this)) {
    setModel(m_arranged);
    setItemDelegate(new RunDelegate(this));
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
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    horizontalHeader()->setToolTip(tr("A right click chooses the columns"));
    horizontalHeader()->setResizeContentsPrecision(0); // what is in sight; hundreds of rows would take too long
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        QMenu menu(this);
        addColumnActions(menu);
        menu.exec(horizontalHeader()->mapToGlobal(position));
    });
    connect(m_arranged, &QAbstractItemModel::modelReset, this, [this] { m_hasFitted = false; });
    connect(m_arranged, &RunArrangement::arranged, this, &RunTableView::arranged);
    connect(this, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (m_arranged->isHeading(index.row()))
            m_arranged->toggleGroup(index.row());
    });
    arranged();
}

void RunTableView::arranged() {
    clearSpans();
    for (int row = 0; row < m_arranged->rowCount(); ++row)
        if (m_arranged->isHeading(row))
            setSpan(row, 0, 1, m_arranged->columnCount());
    const auto runs = m_model.rows().size();
    if (!m_hasFitted && m_arranged->rowCount() > 0)
        fitColumns();
    else if (runs > m_fittedRuns) // a new run may have longer texts; what somebody made wider stays so
        for (int column = RunTableModel::Name + 1; column < m_arranged->columnCount(); ++column)
            if (const int wanted = std::min(sizeHintForColumn(column) + kCellMargin, kWidestColumn);
                !isColumnHidden(column) && wanted > columnWidth(column))
                setColumnWidth(column, wanted);
    m_fittedRuns = runs;
}

void RunTableView::fitColumns() {
    m_hasFitted = true;
    resizeColumnsToContents();
    for (int column = RunTableModel::Name + 1; column < m_arranged->columnCount(); ++column)
        if (!isColumnHidden(column))
            setColumnWidth(column, std::min(columnWidth(column) + kCellMargin, kWidestColumn));
}

void RunTableView::showColumns(const QList<int>& columns) {
    for (int column = 0; column < m_arranged->columnCount(); ++column)
        setColumnHidden(column, !columns.contains(column));
    m_hasFitted = false;
    arranged();
}

void RunTableView::setColumnShown(int column, bool shown) {
    setColumnHidden(column, !shown);
    if (shown) {
        resizeColumnToContents(column);
        setColumnWidth(column, std::min(columnWidth(column) + kCellMargin, kWidestColumn));
    }
    emit columnsChosen();
}

void RunTableView::addColumnActions(QMenu& menu) {
    for (int column = RunTableModel::Name + 1; column < m_arranged->columnCount(); ++column) {
        QAction* action = menu.addAction(m_arranged->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool shown) { setColumnShown(column, shown); });
    }
}

QList<int> RunTableView::shownColumns() const {
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual)
        if (const int column = horizontalHeader()->logicalIndex(visual); !isColumnHidden(column))
            columns.append(column);
    return columns;
}

QStringList RunTableView::selectedRuns() const {
    std::set<int> rows;
    for (const QItemSelectionRange& range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.insert(row);
    QStringList names;
    for (const int row : rows)
        if (const QString name = m_arranged->index(row, 0).data(RunTableModel::RunNameRole).toString();
            !name.isEmpty() && !names.contains(name)) // by tag, a run may stand in several groups
            names.append(name);
    return names;
}

void RunTableView::selectRun(const QString& name) {
    if (const int row = m_arranged->rowOf(name); row >= 0)
        selectRow(row);
}

void RunTableView::contextMenuEvent(QContextMenuEvent* event) {
    const QStringList names = selectedRuns();
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    QAction* evaluate = menu.addAction(tr("Evaluate"));
    QAction* exporting = menu.addAction(tr("Export…"));
    if (const QStringList lost = runsWithoutCodes(m_services, names); !lost.isEmpty()) {
        QAction* again = menu.addAction(tr("Compute again"));
        again->setToolTip(tr("The cache has lost their codes; their reports stay as they are"));
        connect(again, &QAction::triggered, this, [this, lost] {
            for (const QString& name : lost)
                computeAgain(m_services, name);
        });
    }
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
    const int row = m_arranged->rowOf(names.first());
    const QModelIndex cell = m_arranged->index(row, RunTableModel::Name);
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
    const QStringList names = selectedRuns();
    const QList<int> columns = shownColumns();
    QString text;
    const auto addLine = [&](auto cell) {
        QStringList cells;
        for (const int column : columns)
            cells.append(cell(column));
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    };
    addLine([this](int column) { return m_arranged->headerData(column, Qt::Horizontal).toString(); });
    for (const QString& name : names)
        addLine([this, row = m_arranged->rowOf(name)](int column) {
            return m_arranged->index(row, column).data().toString();
        });
    QGuiApplication::clipboard()->setText(text);
}

QString RunTableView::csv() const {
    const QList<int> columns = shownColumns();
    const bool hasBaseline = m_model.baselineRow() >= 0;
    QStringList titles;
    for (const int column : columns) {
        titles.append(csvText(m_arranged->headerData(column, Qt::Horizontal).toString()));
        if (hasBaseline && RunColumns::preference(column) != 0)
            titles.append(csvText(QStringLiteral("Δ ") + m_arranged->headerData(column, Qt::Horizontal).toString()));
    }
    QString text = titles.join(QLatin1Char(',')) + QLatin1Char('\n');
    QSet<QString> written; // by tag, a run may stand in several groups
    for (int row = 0; row < m_arranged->rowCount(); ++row) {
        const QString name = m_arranged->index(row, 0).data(RunTableModel::RunNameRole).toString();
        const int at = m_model.rowOf(name);
        if (m_arranged->isHeading(row) || at < 0 || written.contains(name))
            continue;
        written.insert(name);
        const ComparisonRow& run = m_model.rows()[static_cast<std::size_t>(at)];
        QStringList cells;
        for (const int column : columns) {
            const bool isResult = RunColumns::preference(column) != 0 || column == RunTableModel::Time;
            cells.append(isResult ? csvNumber(m_model.number(run, column).value_or(kMissing))
                                  : csvText(m_arranged->index(row, column).data(Qt::EditRole).toString()));
            if (hasBaseline && RunColumns::preference(column) != 0)
                cells.append(csvNumber(m_model.difference(run, column).value_or(kMissing)));
        }
        text += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

} // namespace vernier::ui
