#include "ui/layers/layers_page.h"

#include "ui/bridge/navigator.h"
#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/layers/cause_panel.h"
#include "ui/layers/depth_view.h"
#include "ui/layers/drift_view.h"
#include "ui/layers/overlay_bar.h"
#include "ui/layers/panel_parts.h"
#include "ui/layers/tap_list.h"
#include "ui/layers/tap_panel.h"
#include "ui/layers/weight_view.h"
#include "ui/plots/empty_state.h"

#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace vernier::ui {

LayersPage::LayersPage(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_stack(new QStackedWidget), m_empty(new EmptyState),
      m_list(new TapList(services)),
      m_panel(new TapPanel(services.statistics, services.quickJobs, services.selection, services.session.ranges())),
      m_causes(new CausePanel(services)) {
    auto* split = new QSplitter(Qt::Horizontal);
    split->setObjectName(QStringLiteral("layersSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(m_list);
    auto* views = new QTabWidget;
    views->setDocumentMode(true);
    auto* activations = new QWidget;
    auto* parts = makeColumn(activations);
    parts->addWidget(new OverlayBar(services, *m_panel));
    parts->addWidget(m_panel, 1);
    views->addTab(activations, tr("Activations"));
    m_depth = new DepthView(services, m_list->model());
    views->addTab(m_depth, tr("Depth"));
    views->addTab(new WeightView(services), tr("Weights"));
    views->addTab(new DriftView(services), tr("Drift"));
    split->addWidget(views);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({670, 690});

    auto* rows = new QSplitter(Qt::Vertical);
    rows->setObjectName(QStringLiteral("layersRows"));
    rows->addWidget(split);
    rows->addWidget(m_causes);
    rows->setCollapsible(0, false);
    rows->setStretchFactor(0, 1);
    rows->setSizes({650, 180});

    m_stack->addWidget(rows);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_stack);
    addShortcuts();

    connect(m_panel, &TapPanel::valuesClicked, m_causes, &CausePanel::askAboutValues);
    connect(m_causes, &CausePanel::valuesAsked, m_panel, &TapPanel::markValues);
    connect(m_empty, &EmptyState::actionTriggered, this, &LayersPage::followEmptyState);
    connect(&services.session, &ProjectSession::projectReset, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::reset, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::sourceChanged, this, &LayersPage::updateState);
    connect(&services.statistics, &StatisticsStore::blockArrived, this, &LayersPage::selectFirstTap);
    connect(&services.statistics, &StatisticsStore::blockArrived, this, &LayersPage::updateState);
    connect(&services.model, &ModelProvider::changed, this, &LayersPage::updateState);
    updateState();
}

void LayersPage::addShortcuts() {
    const auto add = [this](Qt::Key key, auto slot) {
        auto* shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    add(Qt::Key_BracketLeft, [this] { m_list->step(-1); });
    add(Qt::Key_BracketRight, [this] { m_list->step(1); });
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
        m_list->setStatus(status);
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

void LayersPage::followEmptyState() {
    if (m_services.session.isOpen())
        emit m_services.navigator.pageRequested(page::kRuns);
    else
        emit m_services.navigator.openProjectRequested();
}

} // namespace vernier::ui
