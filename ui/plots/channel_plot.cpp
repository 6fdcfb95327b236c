#include "ui/plots/channel_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"
#include "ui/plots/step_area.h"
#include "ui/plots/step_outline.h"

#include <QKeyEvent>
#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier::ui {

double ChannelValues::absMax(std::size_t channel) const {
    return std::max(std::abs(min[channel]), std::abs(max[channel]));
}

ChannelPlot::ChannelPlot(QWidget* parent) : PlotView(parent) {
    m_low = new StepArea(plot(), QCPGraph::lsStepCenter);
    m_high = new StepArea(plot(), QCPGraph::lsStepCenter);
    m_overLow = new StepOutline(plot(), QCPGraph::lsStepCenter);
    m_overHigh = new StepOutline(plot(), QCPGraph::lsStepCenter);
    m_overLow->removeFromLegend();
    m_mean = plot().addGraph();
    m_marks = plot().addGraph();
    m_mean->setLineStyle(QCPGraph::lsStepCenter);
    m_mean->setAntialiased(false);
    m_low->removeFromLegend();
    m_marks->setLineStyle(QCPGraph::lsNone);
    m_mean->setName(tr("mean |x|"));
    m_cursor = new QCPItemStraightLine(&plot());
    m_cursor->setLayer(QStringLiteral("overlay"));
    m_cursor->setSelectable(false);
    m_cursor->setVisible(false);
    for (QCPItemPosition* point : {m_cursor->point1, m_cursor->point2})
        point->setTypeY(QCPItemPosition::ptAxisRectRatio);
    setZoomDirections(Qt::Horizontal);
    setAxisScale(*plot().xAxis, false, TickStyle::Integer);
    setEmptyText(tr("No channel statistics yet"));
    rebuild();
}

void ChannelPlot::setChannels(ChannelValues values) {
    m_values = std::move(values);
    for (std::vector<double>* column : {&m_values.min, &m_values.max, &m_values.meanAbs})
        for (double& value : *column)
            value = std::isfinite(value) ? value : 0;
    rank();
    rebuild();
}

void ChannelPlot::rank() {
    m_byAbsMax.resize(m_values.size());
    std::iota(m_byAbsMax.begin(), m_byAbsMax.end(), 0);
    const auto size = [this](int channel) { return m_values.absMax(static_cast<std::size_t>(channel)); };
    std::stable_sort(m_byAbsMax.begin(), m_byAbsMax.end(), [&](int a, int b) { return size(a) > size(b); });
    m_median = m_byAbsMax.empty() ? 0 : size(m_byAbsMax[m_byAbsMax.size() / 2]);
    m_outliers.clear();
    for (const int channel : m_byAbsMax)
        if (m_median > 0 && size(channel) >= kOutlierFactor * m_median)
            m_outliers.push_back(channel);
}

void ChannelPlot::rebuild() {
    const auto count = static_cast<qsizetype>(m_values.size());
    QVector<QCPGraphData> low, high, mean, marks;
    for (auto* points : {&low, &high, &mean})
        points->reserve(count);
    for (qsizetype at = 0; at < count; ++at) {
        const auto channel = static_cast<std::size_t>(m_sorted ? m_byAbsMax[static_cast<std::size_t>(at)] : at);
        const auto x = static_cast<double>(at);
        const double top = m_logarithmic ? m_values.absMax(channel) : m_values.max[channel];
        high.append(QCPGraphData(x, top));
        mean.append(QCPGraphData(x, m_values.meanAbs[channel]));
        if (!m_logarithmic)
            low.append(QCPGraphData(x, m_values.min[channel]));
    }
    for (const int channel : m_outliers) {
        const auto index = static_cast<std::size_t>(channel);
        const bool below = !m_logarithmic && -m_values.min[index] > m_values.max[index];
        marks.append(
            QCPGraphData(positionOf(channel),
                         below ? m_values.min[index] : (m_logarithmic ? m_values.absMax(index) : m_values.max[index])));
    }
    m_low->data()->set(low, true);
    m_high->data()->set(high, true);
    m_mean->data()->set(mean, true);
    m_marks->data()->set(marks);
    m_high->setName(m_logarithmic ? tr("largest |x|") : tr("min to max"));
    m_marks->setName(tr("outliers (≥ %1 × median)").arg(kOutlierFactor));
    if (m_outliers.empty())
        m_marks->removeFromLegend();
    else
        m_marks->addToLegend();
    rebuildOverlay();
    setAxisScale(*plot().yAxis, m_logarithmic, TickStyle::Number);
    setAxisTitles(m_sorted ? tr("Channel rank, by largest |x|") : tr("Channel"),
                  m_logarithmic ? tr("|Activation|") : tr("Activation"));
    placeSelection();
    dataChanged(count > 0);
}

void ChannelPlot::setSorted(bool sorted) {
    if (m_sorted == sorted)
        return;
    m_sorted = sorted;
    rebuild();
    emit sortedChanged(sorted);
}

void ChannelPlot::setLogarithmic(bool logarithmic) {
    if (m_logarithmic == logarithmic)
        return;
    m_logarithmic = logarithmic;
    rebuild();
    emit logarithmicChanged(logarithmic);
}

void ChannelPlot::setSelectedChannel(int channel) {
    if (m_selected == channel)
        return;
    m_selected = channel;
    placeSelection();
    if (m_values.size() > 0)
        setAccessibleDescription(describe());
    replotLater();
}

int ChannelPlot::positionOf(int channel) const {
    if (!m_sorted)
        return channel;
    return static_cast<int>(std::find(m_byAbsMax.begin(), m_byAbsMax.end(), channel) - m_byAbsMax.begin());
}

void ChannelPlot::placeSelection() {
    const bool visible = m_selected >= 0 && m_selected < static_cast<int>(m_values.size());
    m_cursor->setVisible(visible);
    if (!visible)
        return;
    const double x = positionOf(m_selected);
    m_cursor->point1->setCoords(x, 0);
    m_cursor->point2->setCoords(x, 1);
}

void ChannelPlot::showAll() {
    const std::size_t count = m_values.size();
    double low = 0, high = 0, leastPositive = 0;
    for (std::size_t i = 0; i < count; ++i) {
        low = std::min(low, m_values.min[i]);
        high = std::max(high, m_logarithmic ? m_values.absMax(i) : m_values.max[i]);
        if (m_over && m_over->size() == count) {
            low = std::min(low, m_over->min[i]);
            high = std::max(high, m_logarithmic ? m_over->absMax(i) : m_over->max[i]);
        }
        const double mean = m_values.meanAbs[i];
        if (mean > 0 && (leastPositive == 0 || mean < leastPositive))
            leastPositive = mean;
    }
    if (!m_logarithmic)
        setAxisRange(*plot().yAxis, low, high);
    else if (high > 0) // channels that are nearly dead must not flatten the rest
        setAxisRange(*plot().yAxis, std::clamp(leastPositive, high * 1e-6, high), high);
    setAxisRange(*plot().xAxis, -0.5, static_cast<double>(count) - 0.5, 0.01);
}

void ChannelPlot::applyColours() {
    const QColor band = colours().series(0);
    QColor fill = band;
    fill.setAlpha(70);
    m_low->setPen(QPen(band, 1));
    m_high->setPen(QPen(band, 1));
    m_high->setBrush(fill);
    m_high->setFloor(m_logarithmic ? nullptr : m_low);
    for (StepOutline* over : {m_overLow, m_overHigh})
        over->setPen(QPen(colours().series(2), 1));
    m_mean->setPen(QPen(colours().text, 1));
    m_marks->setPen(QPen(colours().warning, 1));
    m_marks->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, colours().warning, colours().warning, 7));
    m_cursor->setPen(QPen(colours().text, 1, Qt::DotLine));
}

void ChannelPlot::writeCsv(QTextStream& out) const {
    const bool over = m_over && m_over->size() == m_values.size();
    out << "position,channel,min,max,mean_abs";
    if (over)
        out << ",min " << csvText(m_overName) << ",max " << csvText(m_overName);
    out << '\n';
    for (std::size_t at = 0; at < m_values.size(); ++at) {
        const auto channel = static_cast<std::size_t>(m_sorted ? m_byAbsMax[at] : static_cast<int>(at));
        out << at << ',' << channel << ',' << csvNumber(m_values.min[channel]) << ','
            << csvNumber(m_values.max[channel]) << ',' << csvNumber(m_values.meanAbs[channel]);
        if (over)
            out << ',' << csvNumber(m_over->min[channel]) << ',' << csvNumber(m_over->max[channel]);
        out << '\n';
    }
}

QString ChannelPlot::describe() const {
    const int worst = m_byAbsMax.front();
    QString text = tr("%1 channels, largest |x| %2 in channel %3, median channel %4, outliers: %5")
                       .arg(m_values.size())
                       .arg(formatNumber(m_values.absMax(static_cast<std::size_t>(worst))))
                       .arg(worst)
                       .arg(formatNumber(m_median))
                       .arg(m_outliers.size());
    if (m_selected >= 0)
        text += tr("; channel %1 selected").arg(m_selected);
    return text;
}

int ChannelPlot::channelAt(QPointF position) const {
    const double x = std::round(plot().xAxis->pixelToCoord(position.x()));
    if (x < 0 || x >= static_cast<double>(m_values.size()) || !plot().axisRect()->rect().contains(position.toPoint()))
        return -1;
    const auto at = static_cast<std::size_t>(x);
    return m_sorted ? m_byAbsMax[at] : static_cast<int>(at);
}

QString ChannelPlot::readoutAt(QPointF position) const {
    const int channel = channelAt(position);
    if (channel < 0)
        return {};
    const auto index = static_cast<std::size_t>(channel);
    QString text =
        tr("channel %1: %2\nmean |x| %3")
            .arg(channel)
            .arg(formatRange(m_values.min[index], m_values.max[index]), formatNumber(m_values.meanAbs[index]));
    if (m_median > 0)
        text += QLatin1Char('\n') +
                tr("largest |x| is %1 × the median channel's").arg(formatNumber(m_values.absMax(index) / m_median, 3));
    return text;
}

void ChannelPlot::clicked(QPointF position) {
    // An outlier is one pixel wide or less: a click near its mark means it, not its neighbour.
    constexpr double kGrabPixels = 6;
    int channel = channelAt(position);
    double best = kGrabPixels;
    for (const int outlier : m_outliers) {
        const double distance = std::abs(plot().xAxis->coordToPixel(positionOf(outlier)) - position.x());
        if (distance < best) {
            best = distance;
            channel = outlier;
        }
    }
    if (channel < 0)
        return;
    setSelectedChannel(channel);
    emit channelClicked(channel);
}

void ChannelPlot::stepSelection(int step) {
    const int count = static_cast<int>(m_values.size());
    if (count == 0)
        return;
    const int from = m_selected < 0 ? (step > 0 ? -1 : count) : positionOf(m_selected);
    const int to = std::clamp(from + step, 0, count - 1);
    const int channel = m_sorted ? m_byAbsMax[static_cast<std::size_t>(to)] : to;
    setSelectedChannel(channel);
    emit channelClicked(channel);
}

void ChannelPlot::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Left)
        stepSelection(-1);
    else if (event->key() == Qt::Key_Right)
        stepSelection(1);
    else
        PlotView::keyPressEvent(event);
}

void ChannelPlot::addMenuActions(QMenu& menu) {
    QAction* sorted = menu.addAction(tr("Sort channels by largest |x|"), this, &ChannelPlot::setSorted);
    sorted->setCheckable(true);
    sorted->setChecked(m_sorted);
    QAction* log = menu.addAction(tr("Logarithmic axis\tL"), this, &ChannelPlot::setLogarithmic);
    log->setCheckable(true);
    log->setChecked(m_logarithmic);
}

} // namespace vernier::ui
