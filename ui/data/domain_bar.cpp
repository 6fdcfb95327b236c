#include "ui/data/domain_bar.h"

#include "ui/bridge/text.h"
#include "ui/plots/plot_colours.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace vernier::ui {

namespace {

constexpr int kBarHeight = 12;
constexpr int kSpacing = 4;
constexpr std::size_t kNamedDomains = 7; ///< as many as there are distinct colours; the rest is summed up

} // namespace

DomainBar::DomainBar(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Share by domain"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void DomainBar::setSummary(const CorpusSummary& summary) {
    const bool byTokens =
        summary.documents > 0 && summary.counted + summary.unrenderable == summary.documents && summary.tokens > 0;
    const auto sizeOf = [byTokens](const CorpusSummary::Domain& domain) {
        return byTokens ? domain.tokens : domain.documents;
    };
    const double total = static_cast<double>(byTokens ? summary.tokens : summary.documents);
    std::vector<CorpusSummary::Domain> domains = summary.domains;
    std::stable_sort(domains.begin(), domains.end(),
                     [&](const auto& a, const auto& b) { return sizeOf(a) > sizeOf(b); });
    m_parts.clear();
    QStringList spoken;
    CorpusSummary::Domain rest;
    std::size_t restCount = 0;
    const auto add = [&](const QString& name, const CorpusSummary::Domain& domain) {
        const double share = static_cast<double>(sizeOf(domain)) / total;
        const QString toolTip = tr("%1: %2 documents, %3 tokens counted")
                                    .arg(name, formatCount(domain.documents), formatCount(domain.tokens));
        m_parts.push_back({name, toolTip, share});
        spoken += tr("%1 %2").arg(name, formatPercent(share, 0));
    };
    for (const CorpusSummary::Domain& domain : domains) {
        if (m_parts.size() + 1 < kNamedDomains || summary.domains.size() <= kNamedDomains) {
            add(domain.name.empty() ? tr("no domain") : QString::fromStdString(domain.name), domain);
            continue;
        }
        rest.documents += domain.documents;
        rest.tokens += domain.tokens;
        ++restCount;
    }
    if (restCount > 0)
        add(tr("%1 others").arg(restCount), rest);
    setToolTip(byTokens ? tr("Share of tokens by domain")
                        : tr("Share of documents by domain; by tokens once all are counted"));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    update();
}

QSize DomainBar::sizeHint() const {
    return {300, kBarHeight + kSpacing + fontMetrics().height()};
}

QSize DomainBar::minimumSizeHint() const {
    return {120, sizeHint().height()};
}

QRectF DomainBar::partRect(std::size_t index) const {
    double left = 0;
    for (std::size_t i = 0; i < index; ++i)
        left += m_parts[i].share;
    return {left * width(), 0, m_parts[index].share * width(), kBarHeight};
}

QColor DomainBar::partColour(std::size_t index) const {
    return PlotColours::fromPalette(palette()).series(index);
}

void DomainBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        painter.fillRect(partRect(i).adjusted(0, 0, -1, 0), partColour(i)); // a gap keeps alike colours apart

    // The legend runs from the left and stops where the next name would not fit; tooltips know the rest.
    constexpr int kMark = 8, kGap = 14;
    int x = 0;
    const int y = kBarHeight + kSpacing;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const QString text = QStringLiteral("%1 %2").arg(m_parts[i].name, formatPercent(m_parts[i].share, 0));
        const int textWidth = fontMetrics().horizontalAdvance(text);
        if (x + kMark + 4 + textWidth > width())
            break;
        painter.fillRect(x, y + (fontMetrics().height() - kMark) / 2, kMark, kMark, partColour(i));
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(x + kMark + 4, y + fontMetrics().ascent(), text);
        x += kMark + 4 + textWidth + kGap;
    }
}

bool DomainBar::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        for (std::size_t i = 0; i < m_parts.size(); ++i)
            if (partRect(i).contains(help->pos())) {
                QToolTip::showText(help->globalPos(), m_parts[i].toolTip, this);
                return true;
            }
    }
    return QWidget::event(event);
}

} // namespace vernier::ui
