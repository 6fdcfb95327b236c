#include "ui/layers/tap_panel.h"

#include "ui/bridge/selection.h"
#include "ui/bridge/statistics_store.h"
#include "ui/bridge/text.h"
#include "ui/layers/clipping_view.h"
#include "ui/layers/panel_parts.h"
#include "ui/plots/channel_plot.h"
#include "ui/plots/elided_label.h"
#include "ui/plots/number_format.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace vernier::ui {

TapPanel::TapPanel(StatisticsStore& store, JobRunner& quickJobs, Selection& selection, RangeHistory& ranges,
                   QWidget* parent)
    : QWidget(parent), m_store(store), m_jobs(quickJobs), m_selection(selection), m_name(makeCaption({})),
      m_facts(new ElidedLabel), m_clipping(new ClippingView(ranges)) {
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(12);
    heading->addWidget(m_name);
    heading->addStretch(1);
    heading->addWidget(m_facts);

    auto* parts = new QSplitter(Qt::Vertical);
    parts->setObjectName(QStringLiteral("layersParts"));
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_clipping);
    parts->addWidget(buildChannelPart());
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    parts->setSizes({420, 260});

    auto* column = makeColumn(this);
    column->setContentsMargins(4, 4, 0, 0);
    column->addLayout(heading);
    column->addWidget(parts, 1);

    connect(m_clipping, &ClippingView::settingsChanged, this, &TapPanel::refresh);
    connect(m_clipping, &ClippingView::valuesClicked, this, &TapPanel::valuesClicked);
    connect(&m_selection, &Selection::tapChanged, this, &TapPanel::refresh);
    connect(&m_selection, &Selection::channelChanged, m_channels, &ChannelPlot::setSelectedChannel);
    connect(&m_store, &StatisticsStore::reset, this, &TapPanel::refresh);
    connect(&m_store, &StatisticsStore::blockArrived, this, &TapPanel::refreshIfArrived);
    refresh();
}

QWidget* TapPanel::buildChannelPart() {
    m_channels = new ChannelPlot;
    m_outliers = new ElidedLabel;
    m_outliers->setForegroundRole(QPalette::PlaceholderText);
    m_sorted = makeToggle(tr("Sorted"), tr("Sort channels by their largest |x|, or show them in order"));
    m_logChannels =
        makeToggle(tr("Log"), tr("Largest and mean |x| on a logarithmic axis, or min to max on a linear one"));

    auto* bar = new QHBoxLayout;
    bar->addWidget(makeCaption(tr("Channels")));
    bar->addSpacing(8);
    bar->addWidget(m_outliers, 1);
    bar->addWidget(m_sorted);
    bar->addWidget(m_logChannels);
    auto* part = new QWidget;
    auto* column = makeColumn(part);
    column->addLayout(bar);
    column->addWidget(m_channels, 1);

    connect(m_sorted, &QCheckBox::toggled, m_channels, &ChannelPlot::setSorted);
    connect(m_logChannels, &QCheckBox::toggled, m_channels, &ChannelPlot::setLogarithmic);
    connect(m_channels, &ChannelPlot::sortedChanged, m_sorted, &QCheckBox::setChecked);
    connect(m_channels, &ChannelPlot::logarithmicChanged, m_logChannels, &QCheckBox::setChecked);
    connect(m_channels, &ChannelPlot::channelClicked, &m_selection, &Selection::selectChannel);
    return part;
}

void TapPanel::refreshIfArrived(int block) {
    if (block == m_selection.block())
        refresh();
}

void TapPanel::refresh() {
    m_jobs.cancel(std::exchange(m_request, 0));
    const int group = m_selection.group();
    std::shared_ptr<const BlockStatistics> block = m_store.block(m_selection.block());
    if (!block || group < 0 || static_cast<std::size_t>(group) >= block->taps.size()) {
        showNothing();
        return;
    }
    const auto analysis = std::make_shared<TapAnalysis>();
    JobRequest request;
    request.title = tr("Find clipping ranges");
    request.quiet = true;
    request.first = true;
    request.context = this;
    request.work = [block, group, analysis, settings = m_clipping->settings()](JobContext&) {
        *analysis = analyse(block->taps[static_cast<std::size_t>(group)], settings);
    };
    request.onFinished = [this, block, group, analysis](const JobOutcome& outcome) {
        if (outcome.state == JobState::Done)
            show(block, group, analysis);
    };
    m_request = m_jobs.submit(std::move(request));
}

void TapPanel::show(std::shared_ptr<const BlockStatistics> block, int group, std::shared_ptr<TapAnalysis> analysis) {
    if (block != m_store.block(m_selection.block()) || group != m_selection.group() ||
        analysis->settings != m_clipping->settings())
        return; // a newer request is on its way
    const bool sameTap = block == m_shownBlock && group == m_shownGroup;
    m_shownBlock = block;
    m_shownGroup = group;
    m_analysis = analysis;
    showHeading();

    m_clipping->show(m_store.tapName(block->block, group), block->taps[static_cast<std::size_t>(group)].histogram,
                     m_analysis, sameTap);
    if (!sameTap) {
        m_channels->setChannels({analysis->channelMin, analysis->channelMax, analysis->channelMeanAbs});
        m_channels->setSelectedChannel(m_selection.channel());
        m_outliers->setText(outlierText());
    }
    emit analysisShown();
}

void TapPanel::showHeading() {
    const QString name = m_store.tapName(m_selection.block(), m_selection.group());
    m_name->setText(name.isEmpty() ? tr("No tap selected") : name);
    m_name->setToolTip(name);
    m_channels->setTitle(tr("Channels at %1").arg(name));
    m_facts->clear();
    if (!m_shownBlock)
        return;
    const ChannelStatistics& channels = m_shownBlock->taps[static_cast<std::size_t>(m_shownGroup)].channels;
    m_facts->setText(
        tr("%1 tokens × %2 channels · bin width %3")
            .arg(formatCount(channels.tokens), formatCount(static_cast<std::uint64_t>(channels.channels())),
                 formatNumber(m_shownBlock->taps[static_cast<std::size_t>(m_shownGroup)].histogram.binWidth())));
}

void TapPanel::showNothing() {
    m_shownBlock.reset();
    m_shownGroup = -1;
    m_analysis.reset();
    showHeading();
    const QString hint =
        m_selection.hasTap()
            ? tr("Block %1 has no statistics yet; it appears here as soon as calibration has passed it")
                  .arg(m_selection.block())
            : tr("Select a tap in the list to see its activations");
    m_clipping->clear(hint);
    m_channels->setEmptyText(hint);
    m_channels->clear();
    m_outliers->clear();
}

QString TapPanel::outlierText() const {
    constexpr std::size_t kNamed = 5;
    const std::vector<int>& outliers = m_channels->outliers();
    if (outliers.empty())
        return tr("no channel reaches %1 × the median channel").arg(ChannelPlot::kOutlierFactor);
    QStringList names;
    for (std::size_t i = 0; i < std::min(kNamed, outliers.size()); ++i)
        names += QString::number(outliers[i]);
    if (outliers.size() > kNamed)
        names += QStringLiteral("…");
    return tr("outliers (%1): %2").arg(QString::number(outliers.size()), names.join(QStringLiteral(", ")));
}

void TapPanel::markValues(double low, double high) {
    m_clipping->markValues(low, high);
}

void TapPanel::toggleLogarithmic() {
    if (m_channels->hasFocus())
        m_logChannels->toggle();
    else
        m_clipping->toggleLogarithmic();
}

void TapPanel::zoomToRange() {
    m_clipping->zoomToRange();
}

} // namespace vernier::ui
