#include "ui/plots/plot_view.h"

#include <QLabel>
#include <QStackedLayout>
#include <QToolTip>

#include <qcustomplot.h>

#include <algorithm>

namespace vernier::ui {

namespace {

/// A press that moves further than this is a drag, not a click.
constexpr double kClickSlack = 4;

/// As many legend columns as fit; entries fill row after row.
int widestWrap(const std::vector<int>& widths, int available) {
    const std::size_t count = widths.size();
    for (std::size_t columns = count; columns > 1; --columns) {
        int total = 0;
        for (std::size_t column = 0; column < columns; ++column) {
            int widest = 0;
            for (std::size_t i = column; i < count; i += columns)
                widest = std::max(widest, widths[i]);
            total += widest;
        }
        if (total <= available)
            return static_cast<int>(columns);
    }
    return 1;
}

} // namespace

PlotView::PlotView(QWidget* parent) : QWidget(parent), m_colours(PlotColours::fromPalette(palette())) {
    setFocusPolicy(Qt::StrongFocus);
    m_pages = new QStackedLayout(this);
    m_pages->setContentsMargins(2, 2, 2, 2); // room for the focus ring
    m_emptyText = new QLabel(this);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_emptyText->setMargin(16);
    m_emptyText->setAutoFillBackground(true);
    m_emptyText->setBackgroundRole(QPalette::Base);
    m_emptyText->setForegroundRole(QPalette::PlaceholderText);
    buildPlot();
    m_pages->addWidget(m_plot);
    m_pages->addWidget(m_emptyText);
    m_pages->setCurrentWidget(m_emptyText);
    setEmptyText(tr("Nothing to plot yet"));
    connectMouse();
}

PlotView::~PlotView() = default;

void PlotView::buildPlot() {
    m_plot = new QCustomPlot(this);
    // Wide noisy lines take seconds without this hint; lines are one pixel wide for the same reason.
    m_plot->setPlottingHint(QCP::phFastPolylines);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setFocusProxy(this);
    m_plot->setFocusPolicy(Qt::ClickFocus);
    m_plot->setMouseTracking(true);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->installEventFilter(this);

    // The legend stands above the axes, at the right, so that it never covers data.
    auto* header = new QCPLayoutGrid;
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, header);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
    m_plot->axisRect()->insetLayout()->take(m_plot->legend);
    header->addElement(0, 0, new QCPLayoutElement(m_plot));
    header->addElement(0, 1, m_plot->legend);
    header->setColumnStretchFactor(1, 0.001);
    header->setMargins(QMargins(0, 2, 8, 0));
    m_plot->legend->setMargins(QMargins(0, 0, 0, 2));
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setColumnSpacing(14);
    m_plot->legend->setRowSpacing(0);
    m_plot->legend->setIconSize(20, 10);
    m_plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    m_plot->legend->setSelectableParts(QCPLegend::spNone);
    m_plot->axisRect()->setMinimumMargins(QMargins(58, 6, 12, 4));
    for (QCPAxis* axis : {m_plot->xAxis2, m_plot->yAxis2}) {
        axis->setVisible(true);
        axis->setTicks(false);
        axis->setTickLabels(false);
    }
}

void PlotView::connectMouse() {
    connect(m_plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { m_pressed = event->position(); });
    connect(m_plot, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
        const bool still = (event->position() - m_pressed).manhattanLength() < kClickSlack;
        if (event->button() == Qt::LeftButton && still)
            clicked(event->position());
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &PlotView::resetView);
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        const bool reads = event->buttons() == Qt::NoButton && m_plot->axisRect()->rect().contains(event->pos());
        QToolTip::showText(event->globalPosition().toPoint(), reads ? readoutAt(event->position()) : QString(), m_plot);
    });
}

void PlotView::setTitle(const QString& title) {
    m_title = title;
    setAccessibleName(title);
}

void PlotView::setEmptyText(const QString& hint) {
    m_emptyText->setText(hint);
    if (!m_hasData)
        setAccessibleDescription(hint);
}

void PlotView::dataChanged(bool hasData) {
    m_hasData = hasData;
    m_pages->setCurrentWidget(hasData ? static_cast<QWidget*>(m_plot) : m_emptyText);
    setAccessibleDescription(hasData ? describe() : m_emptyText->text());
    QToolTip::hideText();
    if (!hasData)
        return;
    applyTheme();
    resetView();
}

void PlotView::decorationChanged() {
    if (!m_hasData)
        return;
    setAccessibleDescription(describe());
    applyTheme();
    replotLater();
}

void PlotView::replotLater() {
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

double PlotView::redrawNow() {
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
    return m_plot->replotTime();
}

void PlotView::resetView() {
    if (m_hasData)
        showAll();
    replotLater();
    emit viewReset();
}

void PlotView::setAxisTitles(const QString& x, const QString& y) {
    m_plot->xAxis->setLabel(x);
    m_plot->yAxis->setLabel(y);
}

void PlotView::setZoomDirections(Qt::Orientations orientations) {
    m_plot->axisRect()->setRangeZoom(orientations);
    m_plot->axisRect()->setRangeDrag(orientations);
}

void PlotView::clicked(QPointF) {}

void PlotView::addMenuActions(QMenu&) {}

// Theme

void PlotView::applyThemeTo(QCPAxis& axis) {
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1));
    for (auto setPen : {&QCPAxis::setBasePen, &QCPAxis::setTickPen, &QCPAxis::setSubTickPen})
        (axis.*setPen)(QPen(m_colours.axis));
    axis.setTickLabelColor(m_colours.text);
    axis.setLabelColor(m_colours.text);
    axis.setTickLabelFont(small);
    axis.setLabelFont(small);
    axis.setLabelPadding(3);
    axis.grid()->setPen(QPen(m_colours.grid));
    axis.grid()->setSubGridPen(QPen(m_colours.subGrid));
    axis.grid()->setZeroLinePen(QPen(m_colours.grid));
}

void PlotView::applyTheme() {
    m_plot->setBackground(QBrush(m_colours.background));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis, m_plot->xAxis2, m_plot->yAxis2})
        applyThemeTo(*axis);
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setFont(m_plot->xAxis->labelFont());
    m_plot->legend->setTextColor(m_colours.text);
    applyColours();
    arrangeLegend();
}

void PlotView::arrangeLegend() {
    QCPLegend& legend = *m_plot->legend;
    const int count = legend.itemCount();
    legend.setVisible(count > 1);
    if (count == 0)
        return;
    const QFontMetrics metrics(legend.font());
    std::vector<int> widths;
    for (int i = 0; i < count; ++i) {
        auto* item = qobject_cast<QCPPlottableLegendItem*>(legend.item(i));
        if (item)
            item->setMargins(QMargins(0, 0, 0, 2)); // or the underscores of names are cut off
        const int text = item ? metrics.horizontalAdvance(item->plottable()->name()) : 0;
        widths.push_back(text + legend.iconSize().width() + legend.iconTextPadding() + legend.columnSpacing());
    }
    // The plot itself is resized only after this view.
    legend.setWrap(widestWrap(widths, width() - 28));
    legend.setFillOrder(QCPLayoutGrid::foColumnsFirst, true);
}

void PlotView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange)
        return;
    m_colours = PlotColours::fromPalette(palette());
    applyTheme();
    replotLater();
}

void PlotView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(QPen(hasFocus() ? palette().color(QPalette::Highlight) : m_colours.grid, 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void PlotView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrangeLegend();
}

bool PlotView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::Paint &&
        m_plot->bufferDevicePixelRatio() != m_plot->devicePixelRatioF()) {
        // QCustomPlot reads the ratio once; without this a window moved to another screen is blurred.
        m_plot->setBufferDevicePixelRatio(m_plot->devicePixelRatioF());
        replotLater();
    }
    return QWidget::eventFilter(watched, event);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    const double zoom = 0.8;
    QCPAxis& x = *m_plot->xAxis;
    switch (event->key()) {
    case Qt::Key_R:
        resetView();
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        x.scaleRange(zoom);
        break;
    case Qt::Key_Minus:
        x.scaleRange(1 / zoom);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    replotLater();
}

} // namespace vernier::ui
