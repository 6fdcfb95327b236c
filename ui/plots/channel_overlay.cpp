// Other values of the same channels over those that are shown.

#include "ui/plots/channel_plot.h"
#include "ui/plots/step_outline.h"

namespace vernier::ui {

void ChannelPlot::setOverlay(std::optional<ChannelValues> values, const QString& name) {
    if (!values && !m_over)
        return;
    m_over = std::move(values);
    m_overName = name;
    rebuild();
}

void ChannelPlot::rebuildOverlay() {
    QVector<QCPGraphData> low, high;
    const bool fits = m_over && m_over->size() == m_values.size();
    for (std::size_t at = 0; fits && at < m_values.size(); ++at) {
        const auto channel = m_sorted ? static_cast<std::size_t>(m_byAbsMax[at]) : at;
        const auto x = static_cast<double>(at);
        high.append(QCPGraphData(x, m_logarithmic ? m_over->absMax(channel) : m_over->max[channel]));
        if (!m_logarithmic)
            low.append(QCPGraphData(x, m_over->min[channel]));
    }
    m_overLow->data()->set(low, true);
    m_overHigh->data()->set(high, true);
    m_overHigh->setName(m_overName);
    if (fits)
        m_overHigh->addToLegend();
    else
        m_overHigh->removeFromLegend();
}

} // namespace vernier::ui
