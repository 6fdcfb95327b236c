#include "ui/layers/depth_view.h"

#include "ui/bridge/project_session.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/layers/panel_parts.h"
#include "ui/layers/tap_tree_model.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/number_format.h"
#include "ui/plots/strips_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace vernier::ui {

namespace {

constexpr std::array kColumns{TapTreeModel::Range,    TapTreeModel::Outliers, TapTreeModel::Kurtosis,
                              TapTreeModel::ClipSqnr, TapTreeModel::Gram,     TapTreeModel::Sensitivity,
                              TapTreeModel::Error};
constexpr int kMostColumns = 1024; // cells across the map: about as many as it has pixels
constexpr int kLater = 100;        // milliseconds: numbers arrive tap by tap

} // namespace

DepthView::DepthView(const Services& services, const TapTreeModel& taps, QWidget* parent)
    : QWidget(parent), m_services(services), m_taps(taps), m_mapping(services.quickJobs, *this),
      m_drawing(services.quickJobs, *this), m_later(new QTimer(this)), m_strips(new StripsPlot), m_map(new MatrixPlot),
      m_kinds(new QComboBox) {
    m_later->setSingleShot(true);
    m_later->setInterval(kLater);
    m_strips->setTitle(tr("Numbers over depth"));
    m_strips->setEmptyText(tr("No statistics yet: they appear here block by block while a calibration runs"));
    m_map->setEmptyText(tr("No statistics of this kind of tap yet"));
    m_map->setTitle(tr("Largest |x| of every channel"));
    m_map->setLogarithmic(true);
    m_map->setReadout([this](int block, int channel) { return readout(block, channel); });
    m_kinds->setAccessibleName(tr("Kind of tap mapped"));
    m_kinds->setToolTip(tr("Kind of tap whose channels are mapped, one row per block"));
    m_kinds->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(makeCaption(tr("Largest |x| of every channel")), 1);
    bar->addWidget(m_kinds);
    auto* lower = new QWidget;
    auto* lowerColumn = makeColumn(lower);
    lowerColumn->addLayout(bar);
    lowerColumn->addWidget(m_map, 1);
    auto* upper = new QWidget;
    auto* upperColumn = makeColumn(upper);
    upperColumn->addWidget(makeCaption(tr("Worst of the listed taps in every block")));
    upperColumn->addWidget(m_strips, 1);
    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("depthParts"));
    parts->setChildrenCollapsible(false);
    parts->addWidget(upper);
    parts->addWidget(lower);
    parts->setSizes({270, 330});
    auto* column = makeColumn(this);
    column->setContentsMargins(4, 6, 0, 0);
    column->addWidget(parts, 1);
    connectAll();
    refresh();
}

void DepthView::connectAll() {
    connect(m_later, &QTimer::timeout, this, &DepthView::refresh);
    connect(&m_taps, &QAbstractItemModel::dataChanged, this, &DepthView::refreshLater);
    connect(&m_taps, &QAbstractItemModel::modelReset, this, &DepthView::refreshLater);
    connect(m_strips, &MatrixPlot::elementClicked, this, &DepthView::selectWorst);
    connect(m_map, &MatrixPlot::elementClicked, this, &DepthView::selectChannel);
    connect(m_map, &MatrixPlot::regionShown, this, &DepthView::askForCells);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &DepthView::makeMap);
    connect(&m_services.selection, &Selection::tapChanged, this, [this] {
        followTap();
        showSelection();
    });
    connect(&m_services.selection, &Selection::channelChanged, this, &DepthView::showSelection);
}

void DepthView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale)
        refresh();
}

void DepthView::refreshLater() {
    m_isStale = true;
    if (isVisible() && !m_later->isActive())
        m_later->start();
}

void DepthView::refresh() {
    m_isStale = !isVisible();
    if (m_isStale)
        return;
    showStrips();
    listKinds();
    makeMap();
    showSelection();
}

void DepthView::showStrips() {
    const int blocks = std::min(m_services.statistics.blockCount(), m_taps.rowCount());
    std::vector<Strip> strips;
    for (const int column : kColumns) {
        Strip strip{.name = m_taps.headerData(column, Qt::Horizontal).toString(),
                    .values = {},
                    .texts = {},
                    .meaning = m_taps.meaning(column),
                    .worstIsSmall = TapTreeModel::isWorstSmall(column),
                    .logarithmic = column != TapTreeModel::ClipSqnr};
        bool any = false;
        for (int block = 0; block < blocks; ++block) {
            const auto value = m_taps.value({block, -1}, column);
            any = any || value;
            strip.values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
            strip.texts += value ? m_taps.index(block, column).data().toString() : QString();
        }
        if (any)
            strips.push_back(std::move(strip));
    }
    m_strips->setStrips(std::move(strips), tr("Block"), tr("block %1"));
}

/// Kinds are told apart by what the list calls their taps.
void DepthView::listKinds() {
    const StatisticsStore& store = m_services.statistics;
    QStringList labels;
    for (int block = 0; block < store.blockCount(); ++block)
        for (int tap = 0; tap < std::ssize(store.taps(block)); ++tap)
            labels += store.tapLabel(block, tap);
    labels.removeDuplicates();
    QStringList listed;
    for (int i = 0; i < m_kinds->count(); ++i)
        listed += m_kinds->itemText(i);
    if (labels == listed)
        return;
    const QString before = m_kinds->currentText();
    {
        const QSignalBlocker quiet(m_kinds);
        m_kinds->clear();
        m_kinds->addItems(labels);
        m_kinds->setCurrentIndex(std::max(0, m_kinds->findText(before)));
    }
    followTap();
}

void DepthView::followTap() {
    const Selection& selection = m_services.selection;
    const int kind = m_kinds->findText(m_services.statistics.tapLabel(selection.block(), selection.group()));
    if (kind >= 0)
        m_kinds->setCurrentIndex(kind);
}

void DepthView::makeMap() {
    if (!isVisible()) {
        m_isStale = true;
        return;
    }
    const StatisticsStore& store = m_services.statistics;
    std::vector<ChannelMapRow> rows;
    for (int block = 0; block < store.blockCount(); ++block) {
        rows.push_back({store.block(block), -1});
        for (int tap = 0; tap < std::ssize(store.taps(block)); ++tap)
            if (store.tapLabel(block, tap) == m_kinds->currentText())
                rows.back().tap = tap;
    }
    const auto map = std::make_shared<ChannelMap>();
    m_mapping.startThen(
        tr("Map channels"), [map, rows](JobContext& job) { *map = makeChannelMap(rows, job); },
        [this, map] { showMap(map); });
}

void DepthView::showMap(std::shared_ptr<const ChannelMap> map) {
    m_channels = std::move(map);
    m_map->setTitle(tr("Largest |x| of every channel at %1").arg(m_kinds->currentText()));
    if (m_channels->channels == 0 || m_channels->high <= 0) {
        m_map->clear();
        emit mapShown();
        return;
    }
    m_map->setMatrix(static_cast<int>(m_channels->rows.size()), m_channels->channels, tr("Block"), tr("Channel"));
    m_map->setScale(double{m_channels->low}, double{m_channels->high}, false, tr("Largest |activation|"));
    askForCells(m_map->visibleRegion());
}

void DepthView::askForCells(const QRect& region) {
    if (!m_channels || m_channels->channels == 0)
        return;
    const auto cells = std::make_shared<MatrixCells>();
    m_drawing.startThen(
        tr("Draw a map of channels"),
        [map = m_channels, region, cells](JobContext&) { *cells = cellsOf(*map, region, kMostColumns); },
        [this, cells] {
            m_map->setCells(std::move(*cells));
            emit mapShown();
        });
}

void DepthView::showSelection() {
    const Selection& selection = m_services.selection;
    m_strips->setSelectedColumn(selection.block());
    m_map->setSelectedRow(selection.block());
    m_map->setSelectedColumn(selection.channel());
}

void DepthView::selectWorst(int strip, int block) {
    const QString name = m_strips->strips()[static_cast<std::size_t>(strip)].name;
    const auto column = std::ranges::find(
        kColumns, name, [this](int one) { return m_taps.headerData(one, Qt::Horizontal).toString(); });
    const QModelIndex parent = m_taps.indexOf(block, -1);
    const auto worst = m_taps.value({block, -1}, *column);
    for (int row = 0; row < m_taps.rowCount(parent); ++row) {
        const TapTreeModel::Place place = m_taps.place(m_taps.index(row, 0, parent));
        if (!worst || m_taps.value(place, *column) == worst)
            return m_services.selection.selectTap(place.block, place.group);
    }
}

void DepthView::selectChannel(int block, int channel) {
    if (!m_channels || block >= std::ssize(m_channels->rows) ||
        m_channels->rows[static_cast<std::size_t>(block)].tap < 0)
        return;
    // A cell of several channels means its largest, which is what its colour shows.
    const MatrixCells& cells = m_map->cells();
    const int first = channel - (channel - cells.region.left()) % cells.columnsPerCell;
    const int largest = m_channels->largestChannel(block, first, cells.columnsPerCell);
    m_services.selection.selectTap(block, m_channels->rows[static_cast<std::size_t>(block)].tap);
    m_services.selection.selectChannel(largest >= 0 ? largest : channel);
}

QString DepthView::readout(int block, int channel) const {
    if (!m_channels || block >= std::ssize(m_channels->rows) || channel >= m_channels->channels)
        return {};
    const float value = m_channels->at(block, channel);
    return tr("block %1, channel %2: %3")
        .arg(block)
        .arg(channel)
        .arg(std::isnan(value) ? tr("not known") : tr("largest |x| %1").arg(formatNumber(double{value})));
}

} // namespace vernier::ui
