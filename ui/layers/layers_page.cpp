#include "ui/layers/layers_page.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/layers/bar_delegate.h"
#include "ui/layers/tap_panel.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/empty_state.h"

#include <QHeaderView>
#include <QLabel>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace vernier::ui {

LayersPage::LayersPage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_model(new TapTreeModel(services.statistics, services.quickJobs, this)),
      m_stack(new QStackedWidget), m_empty(new EmptyState),
      m_panel(new TapPanel(services.statistics, services.quickJobs, services.selection, services.session.ranges())) {
    auto* split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("layersSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(buildTapList());
    split->addWidget(m_panel);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({430, 850});

    m_stack->addWidget(split);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_stack);
    addShortcuts();

    connect(m_empty, &EmptyState::actionTriggered, this, &LayersPage::followEmptyState);
    connect(&services.session, &ProjectSession::projectReset, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::reset, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::sourceChanged, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::blockArrived, this, &LayersPage::selectFirstTap);
    connect(&services.statistics, &StatisticsStore::blockArrived, this, &LayersPage::updateState);
    connect(&services.model, &ModelProvider::changed, this, &LayersPage::updateState);
    connect(&services.selection, &Selection::tapChanged, this, &LayersPage::showSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_tree->expandAll();
        showSelection();
    });
    m_tree->expandAll();
    showSelection();
    updateState();
}

QWidget* LayersPage::buildTapList() {
    m_tree = new QTreeView;
    m_tree->setModel(m_model);
    m_tree->setAccessibleName(tr("Taps"));
    m_tree->setAccessibleDescription(tr("Blocks of the model and the inputs observed in each"));
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
    header.resizeSection(TapTreeModel::Rms, 8 * digit);
    header.resizeSection(TapTreeModel::Outliers, 9 * digit);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        const TapTreeModel::Place place = m_model->place(current);
        if (place.group >= 0)
            m_services.selection.selectTap(place.block, place.group);
    });

    m_status = new QLabel;
    m_status->setForegroundRole(QPalette::PlaceholderText);
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_tree, 1);
    column->addWidget(m_status);
    return part;
}

void LayersPage::addShortcuts() {
    const auto add = [this](Qt::Key key, auto slot) {
        auto* shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    add(Qt::Key_BracketLeft, [this] { step(-1); });
    add(Qt::Key_BracketRight, [this] { step(1); });
    add(Qt::Key_L, [this] { m_panel->toggleLogarithmic(); });
    add(Qt::Key_Z, [this] { m_panel->zoomToRange(); });
}

bool LayersPage::isEmpty() const {
    return m_stack->currentWidget() == m_empty;
}

void LayersPage::updateState() {
    const StatisticsStore& store = m_services.statistics;
    if (!m_services.session.isOpen()) {
        m_empty->setContent(
            tr("No project open"),
            tr("Layers shows the activations that a calibration set causes at every input of the model"),
            tr("Open project…"));
    } else if (store.source() == StatisticsStore::Source::None) {
        m_empty->setContent(tr("No calibration yet"),
                            tr("The first step of a run feeds the calibration set through the model and gathers "
                               "statistics at every layer's input. They appear here, block by block, while it runs."),
                            tr("Go to Runs"));
    } else if (store.inputGroups(0).empty() && !m_services.model.isOpening()) {
        m_empty->setContent(tr("The model is not open"),
                            m_services.model.error().isEmpty()
                                ? tr("Its architecture says which layers the statistics belong to")
                                : m_services.model.error(),
                            tr("Go to Runs"));
    } else {
        const int arrived = store.arrivedBlocks(), blocks = store.blockCount();
        QString status = tr("%1 of %2 blocks").arg(arrived).arg(blocks);
        if (store.source() == StatisticsStore::Source::Running)
            status += tr(" · calibrating…");
        else if (store.isLoading())
            status += tr(" · loading…");
        else if (arrived < blocks)
            status += tr(" · incomplete");
        status += tr(" · set %1").arg(store.setName());
        m_status->setText(status);
        m_stack->setCurrentIndex(0);
        for (int block = 0; block < blocks && !m_services.selection.hasTap(); ++block)
            selectFirstTap(block);
        return;
    }
    m_stack->setCurrentWidget(m_empty);
}

void LayersPage::selectFirstTap(int block) {
    if (!m_services.selection.hasTap() && m_services.statistics.block(block))
        m_services.selection.selectTap(block, 0);
}

void LayersPage::showSelection() {
    const Selection& selection = m_services.selection;
    const QModelIndex index =
        selection.hasTap() ? m_model->indexOf(selection.block(), selection.group()) : QModelIndex();
    if (index == m_tree->currentIndex().siblingAtColumn(0))
        return;
    m_tree->setCurrentIndex(index);
    if (index.isValid())
        m_tree->scrollTo(index);
}

void LayersPage::step(int direction) {
    const StatisticsStore& store = m_services.statistics;
    const Selection& selection = m_services.selection;
    std::vector<std::pair<int, int>> taps; // block and group, in the order of the tree
    std::ptrdiff_t from = -1;
    for (int block = 0; block < store.blockCount(); ++block)
        for (int group = 0; group < static_cast<int>(store.inputGroups(block).size()); ++group) {
            if (selection.hasTap() && selection.block() == block && selection.group() == group)
                from = std::ssize(taps);
            taps.emplace_back(block, group);
        }
    if (taps.empty())
        return;
    const auto [block, group] =
        taps[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(from + direction, 0, std::ssize(taps) - 1))];
    m_services.selection.selectTap(block, group);
}

void LayersPage::followEmptyState() {
    if (m_services.session.isOpen())
        emit m_services.navigator.pageRequested(page::kRuns);
    else
        emit m_services.navigator.openProjectRequested();
}

} // namespace vernier::ui
