#include "ui/layers/tap_list.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/bar_delegate.h"
#include "ui/layers/panel_parts.h"
#include "ui/layers/tap_findings.h"
#include "ui/layers/tap_tree_model.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace vernier::ui {

namespace {

constexpr std::array kKinds{TapKinds{TapKind::LinearInput}, TapKinds{TapKind::LinearOutput},
                            TapKinds{TapKind::Residual}, TapKinds{TapKind::Key, TapKind::Value}, TapKinds::all()};

/// Sorts by number and keeps taps without one last, whichever way the column is sorted.
class TapSorter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
        const QVariant a = left.data(sortRole()), b = right.data(sortRole());
        if (a.isValid() != b.isValid())
            return (sortOrder() == Qt::AscendingOrder) == a.isValid();
        return a.toDouble() < b.toDouble();
    }
};

} // namespace

TapList::TapList(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_findings(new TapFindings(services, this)),
      m_model(new TapTreeModel(services.statistics, services.quickJobs, *m_findings, this)),
      m_sorted(new TapSorter(this)), m_tree(new QTreeView), m_kinds(new QComboBox), m_runs(new QComboBox),
      m_status(new QLabel) {
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(TapTreeModel::SortRole);
    m_status->setForegroundRole(QPalette::PlaceholderText);
    auto* column = makeColumn(this);
    column->addWidget(buildChoices());
    buildTree();
    column->addWidget(m_tree, 1);
    column->addWidget(m_status);
    connectAll();
    m_tree->expandAll();
    showRuns();
    showSelection();
}

QWidget* TapList::buildChoices() {
    m_kinds->addItems({tr("Inputs of linears"), tr("Outputs of linears"), tr("Residual stream"), tr("Keys and values"),
                       tr("All taps")});
    m_kinds->setToolTip(tr("Kinds of taps that are listed"));
    m_kinds->setAccessibleName(tr("Kinds of taps"));
    m_runs->setToolTip(tr("Run whose layer errors stand in the list"));
    m_runs->setAccessibleName(tr("Run whose errors are listed"));
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto* choices = new QWidget;
    auto* row = new QHBoxLayout(choices);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_kinds);
    row->addWidget(m_runs, 1);
    return choices;
}

void TapList::buildTree() {
    m_tree->setModel(m_sorted);
    m_tree->setSortingEnabled(true);
    m_tree->sortByColumn(TapTreeModel::Tap, Qt::AscendingOrder);
    m_tree->setAccessibleName(tr("Taps"));
    m_tree->setAccessibleDescription(tr("Blocks of the model and the taps observed in each"));
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setIndentation(14);
    m_tree->setItemDelegate(new BarDelegate(TapTreeModel::BarRole, m_tree));
    QHeaderView& header = *m_tree->header();
    header.setStretchLastSection(false);
    header.setSectionResizeMode(TapTreeModel::Tap, QHeaderView::Stretch);
    header.setSectionResizeMode(TapTreeModel::Range, QHeaderView::ResizeToContents);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (int column = TapTreeModel::Rms; column < TapTreeModel::ColumnCount; ++column)
        header.resizeSection(column, (column >= TapTreeModel::Sensitivity ? 10 : 9) * digit);
    addColumnActions();
}

void TapList::addColumnActions() {
    QHeaderView& header = *m_tree->header();
    header.setContextMenuPolicy(Qt::ActionsContextMenu);
    for (int column = TapTreeModel::Range; column < TapTreeModel::ColumnCount; ++column) {
        auto* action = new QAction(m_model->headerData(column, Qt::Horizontal).toString(), &header);
        action->setCheckable(true);
        action->setChecked(column != TapTreeModel::Rms && column != TapTreeModel::Sensitivity);
        if (column == TapTreeModel::Sensitivity)
            m_showSensitivities = action;
        m_tree->setColumnHidden(column, !action->isChecked());
        connect(action, &QAction::toggled, m_tree, [this, column](bool on) { m_tree->setColumnHidden(column, !on); });
        header.addAction(action);
    }
}

// A column of dashes would only take the room of the others.
void TapList::showSensitivities() {
    m_showSensitivities->setChecked(m_findings->hasSensitivities());
}

void TapList::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_findings->setWatched(true);
}

void TapList::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_findings->setWatched(false);
}

void TapList::connectAll() {
    Selection& selection = m_services.selection;
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        const TapTreeModel::Place place = m_model->place(m_sorted->mapToSource(current));
        if (place.group >= 0)
            m_services.selection.selectTap(place.block, place.group);
    });
    connect(m_findings, &TapFindings::changed, this, &TapList::showSensitivities);
    connect(&selection, &Selection::tapChanged, this, &TapList::showSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_tree->expandAll();
        showSelection();
    });
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &TapList::chooseKinds);
    connect(m_runs, &QComboBox::currentIndexChanged, this,
            [this] { m_services.selection.selectRun(m_runs->currentData().toString()); });
    connect(&selection, &Selection::runChanged, this, &TapList::showRuns);
    connect(&m_services.session, &ProjectSession::runsChanged, this, &TapList::showRuns);
    connect(&m_services.session, &ProjectSession::projectReset, this, &TapList::showRuns);
}

void TapList::setStatus(const QString& text) {
    m_status->setText(text);
}

void TapList::chooseKinds(int choice) {
    m_model->setKinds(kKinds.at(static_cast<std::size_t>(choice)));
    const Selection& selection = m_services.selection;
    if (m_model->indexOf(selection.block(), selection.group()).isValid())
        return;
    const QModelIndex first = m_model->index(0, 0, m_model->indexOf(std::max(0, selection.block()), -1));
    if (const TapTreeModel::Place place = m_model->place(first); place.group >= 0)
        m_services.selection.selectTap(place.block, place.group);
}

void TapList::showRuns() {
    const QSignalBlocker blocker(m_runs);
    m_runs->clear();
    m_runs->addItem(tr("Error of no run"), QString());
    if (const auto project = m_services.session.project())
        for (const Run& run : project->runs)
            m_runs->addItem(tr("Error of %1").arg(fromUtf8(run.name)), fromUtf8(run.name));
    m_runs->setEnabled(m_runs->count() > 1);
    m_runs->setCurrentIndex(std::max(0, m_runs->findData(m_services.selection.run())));
    showErrors();
}

void TapList::showErrors() {
    const auto project = m_services.session.project();
    m_model->setRun(project ? project->findRun(m_services.selection.run().toStdString()) : nullptr);
}

void TapList::showSelection() {
    const Selection& selection = m_services.selection;
    const QModelIndex index = m_sorted->mapFromSource(
        selection.hasTap() ? m_model->indexOf(selection.block(), selection.group()) : QModelIndex());
    if (index == m_tree->currentIndex().siblingAtColumn(0))
        return;
    m_tree->setCurrentIndex(index);
    if (index.isValid())
        m_tree->scrollTo(index);
}

void TapList::step(int direction) {
    std::vector<TapTreeModel::Place> taps; // in the order of the list
    std::ptrdiff_t from = -1;
    const Selection& selection = m_services.selection;
    for (int row = 0; row < m_sorted->rowCount(); ++row) {
        const QModelIndex block = m_sorted->index(row, 0);
        for (int child = 0; child < m_sorted->rowCount(block); ++child) {
            const TapTreeModel::Place place = m_model->place(m_sorted->mapToSource(m_sorted->index(child, 0, block)));
            if (place.block == selection.block() && place.group == selection.group())
                from = std::ssize(taps);
            taps.push_back(place);
        }
    }
    if (taps.empty())
        return;
    const auto to = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(from + direction, 0, std::ssize(taps) - 1));
    m_services.selection.selectTap(taps[to].block, taps[to].group);
}

} // namespace vernier::ui
