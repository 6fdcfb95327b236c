#include "ui/plots/scatter_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"
#include "ui/plots/scatter_labels.h"

#include <QKeyEvent>
#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace vernier::ui {

namespace {

constexpr double kGrabPixels = 14;
constexpr double kMarkPixels = 9;

constexpr std::array kShapes{QCPScatterStyle::ssCircle,           QCPScatterStyle::ssSquare,
                             QCPScatterStyle::ssDiamond,          QCPScatterStyle::ssTriangle,
                             QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssStar};

} // namespace

ScatterPlot::ScatterPlot(QWidget* parent) : PlotView(parent) {
    setAxisScale(*plot().xAxis, false, TickStyle::Number);
    setAxisScale(*plot().yAxis, false, TickStyle::Number);
    connect(&plot(), &QCustomPlot::afterLayout, this, &ScatterPlot::layLabels);
}

bool ScatterPlot::drawable(const ScatterPoint& point) const {
    return std::isfinite(point.x) && std::isfinite(point.y) && (!m_logarithmic || point.y > 0);
}

void ScatterPlot::setPoints(std::vector<ScatterPoint> points, const QString& xTitle, const QString& yTitle) {
    m_points = std::move(points);
    m_frontPoints.clear();
    m_marked = -1;
    if (m_selected >= static_cast<int>(m_points.size()))
        m_selected = -1;
    setAxisTitles(xTitle, yTitle);
    rebuild();
}

void ScatterPlot::setReference(std::optional<ReferenceLine> reference) {
    m_reference = std::move(reference);
    rebuild();
}

void ScatterPlot::setLogarithmic(bool logarithmic) {
    if (m_logarithmic == logarithmic)
        return;
    m_logarithmic = logarithmic;
    setAxisScale(*plot().yAxis, logarithmic, TickStyle::Number);
    rebuild();
}

void ScatterPlot::setSelected(int index) {
    m_selected = index;
    placeRing();
    replotLater();
}

void ScatterPlot::setContent(ScatterContent content, const QString& xTitle, const QString& yTitle) {
    m_points = std::move(content.points);
    m_frontPoints = std::move(content.front);
    m_frontName = content.frontName;
    m_marked = content.marked;
    m_markName = content.markName;
    m_reference = std::move(content.reference);
    m_selected = content.selected;
    setAxisTitles(xTitle, yTitle);
    rebuild();
}

void ScatterPlot::rebuild() {
    plot().clearGraphs();
    plot().clearItems();
    m_groups.clear();
    m_labels.clear();
    m_line = plot().addGraph();
    m_line->setName(m_reference ? m_reference->name : QString());
    if (!m_reference)
        m_line->removeFromLegend();
    m_ring = plot().addGraph();
    m_ring->removeFromLegend();
    m_front = plot().addGraph();
    m_front->setName(m_frontName);
    if (m_frontPoints.empty())
        m_front->removeFromLegend();
    QStringList names;
    for (const ScatterPoint& point : m_points) {
        qsizetype group = names.indexOf(point.series);
        if (group < 0) {
            group = names.size();
            names += point.series;
            QCPGraph* graph = plot().addGraph();
            graph->setName(point.series);
            graph->setLineStyle(QCPGraph::lsNone);
            m_groups.push_back(graph);
        }
        if (drawable(point))
            m_groups[static_cast<std::size_t>(group)]->addData(point.x, point.y);
        auto* label = new QCPItemText(&plot());
        label->setSelectable(false);
        label->setClipToAxisRect(true);
        label->setText(point.label);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
        label->setPadding(QMargins(1, 0, 1, 0));
        label->position->setType(QCPItemPosition::ptAbsolute);
        m_labels.push_back(label);
    }
    m_mark = plot().addGraph(); // above the points
    m_mark->setName(m_markName);
    if (m_marked < 0)
        m_mark->removeFromLegend();
    placeRing();
    placeFront();
    dataChanged(std::any_of(m_points.begin(), m_points.end(), [this](const ScatterPoint& p) { return drawable(p); }));
}

void ScatterPlot::placeRing() {
    if (m_ring == nullptr)
        return;
    m_ring->data()->clear();
    if (m_selected >= 0 && drawable(m_points[static_cast<std::size_t>(m_selected)]))
        m_ring->addData(m_points[static_cast<std::size_t>(m_selected)].x,
                        m_points[static_cast<std::size_t>(m_selected)].y);
}

void ScatterPlot::placeFront() {
    for (const std::size_t i : m_frontPoints)
        if (i < m_points.size() && drawable(m_points[i]))
            m_front->addData(m_points[i].x, m_points[i].y);
    if (m_marked >= 0 && drawable(m_points[static_cast<std::size_t>(m_marked)]))
        m_mark->addData(m_points[static_cast<std::size_t>(m_marked)].x, m_points[static_cast<std::size_t>(m_marked)].y);
}

QPointF ScatterPlot::pixelOf(const ScatterPoint& point) const {
    return {plot().xAxis->coordToPixel(point.x), plot().yAxis->coordToPixel(point.y)};
}

void ScatterPlot::layLabels() {
    if (m_labels.empty())
        return;
    const QFontMetricsF metrics(m_labels.front()->font());
    // Those of the front, of the marked and of the selected point have the first choice of places.
    std::vector<std::size_t> order(m_points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto isFirst = [this](std::size_t i) {
        return static_cast<int>(i) == m_selected || static_cast<int>(i) == m_marked ||
               std::ranges::find(m_frontPoints, i) != m_frontPoints.end();
    };
    std::ranges::stable_partition(order, isFirst);
    std::vector<QPointF> pixels;
    std::vector<QSizeF> sizes;
    for (const std::size_t i : order) {
        const ScatterPoint& point = m_points[i];
        pixels.push_back(drawable(point) ? pixelOf(point) : QPointF(-1e6, -1e6));
        sizes.emplace_back(metrics.horizontalAdvance(point.label) + 4, metrics.height());
    }
    std::vector<QRectF> taken;
    const QRectF area(plot().axisRect()->rect());
    if (m_reference)
        taken.emplace_back(area.left(), plot().yAxis->coordToPixel(m_reference->y) - 1, area.width(), 2);
    const std::vector<QRectF> places = placeLabels(pixels, sizes, area, kMarkPixels, std::move(taken));
    for (std::size_t place = 0; place < order.size(); ++place) {
        QCPItemText* label = m_labels[order[place]];
        label->setVisible(!places[place].isNull());
        label->position->setCoords(places[place].topLeft());
    }
}

void ScatterPlot::showAll() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double left = infinity, right = -infinity, low = infinity, high = -infinity;
    for (const ScatterPoint& point : m_points) {
        if (!drawable(point))
            continue;
        left = std::min(left, point.x);
        right = std::max(right, point.x);
        low = std::min(low, point.y);
        high = std::max(high, point.y);
    }
    if (m_reference && std::isfinite(m_reference->y) && (!m_logarithmic || m_reference->y > 0)) {
        low = std::min(low, m_reference->y);
        high = std::max(high, m_reference->y);
    }
    if (left > right || low > high)
        return;
    setAxisRange(*plot().xAxis, left, right, 0.12);
    setAxisRange(*plot().yAxis, low, high, 0.1);
    if (m_reference) {
        // Wide enough for any panning: a graph, unlike an item, has its entry in the legend.
        const double span = 1000 * plot().xAxis->range().size();
        m_line->data()->set({QCPGraphData(left - span, m_reference->y), QCPGraphData(right + span, m_reference->y)},
                            true);
    }
}

void ScatterPlot::applyColours() {
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const QColor& colour = colours().series(i);
        m_groups[i]->setScatterStyle(
            QCPScatterStyle(kShapes[i % kShapes.size()], QPen(colours().background, 1), colour, kMarkPixels + 1));
    }
    for (QCPItemText* label : m_labels) {
        label->setColor(colours().text);
        label->setFont(plot().xAxis->tickLabelFont());
    }
    if (m_line != nullptr)
        m_line->setPen(QPen(colours().axis, 1, Qt::DashLine));
    if (m_front != nullptr) {
        m_front->setLineStyle(QCPGraph::lsStepLeft);
        m_front->setPen(QPen(colours().text, 1));
    }
    if (m_mark != nullptr) {
        m_mark->setLineStyle(QCPGraph::lsNone);
        m_mark->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssPlus, QPen(colours().text, 1), Qt::NoBrush, kMarkPixels + 13));
    }
    if (m_ring != nullptr) {
        m_ring->setLineStyle(QCPGraph::lsNone);
        m_ring->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colours().highlight, 2), Qt::NoBrush, kMarkPixels + 7));
    }
}

void ScatterPlot::writeCsv(QTextStream& out) const {
    out << "label,series,x,y,front\n";
    for (std::size_t i = 0; i < m_points.size(); ++i)
        out << csvText(m_points[i].label) << ',' << csvText(m_points[i].series) << ',' << csvNumber(m_points[i].x)
            << ',' << csvNumber(m_points[i].y) << ','
            << (std::ranges::find(m_frontPoints, i) != m_frontPoints.end() ? 1 : 0) << '\n';
}

QString ScatterPlot::describe() const {
    const ScatterPoint* lowest = nullptr;
    for (const ScatterPoint& point : m_points)
        if (drawable(point) && (lowest == nullptr || point.y < lowest->y))
            lowest = &point;
    if (lowest == nullptr)
        return {};
    return tr("%1 against %2, %3 points, lowest %1 %4 by %5")
        .arg(plot().yAxis->label(), plot().xAxis->label(), formatWhole(m_points.size()), formatNumber(lowest->y),
             lowest->label);
}

int ScatterPlot::nearest(QPointF position) const {
    int found = -1;
    double best = kGrabPixels * kGrabPixels;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!drawable(m_points[i]))
            continue;
        const QPointF away = pixelOf(m_points[i]) - position;
        if (const double distance = QPointF::dotProduct(away, away); distance < best) {
            best = distance;
            found = static_cast<int>(i);
        }
    }
    return found;
}

QString ScatterPlot::readoutAt(QPointF position) const {
    const int index = nearest(position);
    if (index < 0)
        return {};
    const ScatterPoint& point = m_points[static_cast<std::size_t>(index)];
    return tr("%1\n%2: %3\n%4: %5")
        .arg(point.label, plot().xAxis->label(), formatNumber(point.x, 5), plot().yAxis->label(),
             formatNumber(point.y, 5));
}

void ScatterPlot::clicked(QPointF position) {
    const int index = nearest(position);
    if (index < 0)
        return;
    setSelected(index);
    emit pointClicked(index);
}

void ScatterPlot::keyPressEvent(QKeyEvent* event) {
    const int count = static_cast<int>(m_points.size());
    if (count == 0 || (event->key() != Qt::Key_Left && event->key() != Qt::Key_Right)) {
        PlotView::keyPressEvent(event);
        return;
    }
    const int step = event->key() == Qt::Key_Right ? 1 : -1;
    setSelected(std::clamp(m_selected + step, 0, count - 1));
    emit pointClicked(m_selected);
}

void ScatterPlot::addMenuActions(QMenu& menu) {
    QAction* log = menu.addAction(tr("Logarithmic axis\tL"), this, &ScatterPlot::setLogarithmic);
    log->setCheckable(true);
    log->setChecked(m_logarithmic);
}

} // namespace vernier::ui
