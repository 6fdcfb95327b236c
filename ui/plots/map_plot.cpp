#include "ui/plots/map_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/lasso.h"
#include "ui/plots/number_format.h"

#include <QKeyEvent>
#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kGrabPixels = 10;
constexpr std::size_t kValueSteps = 6;
/// More points than this are drawn smaller and without smoothed edges, which would take longest.
constexpr std::size_t kManyPoints = 5000;

/// Colours of an ordered scale, dark to light, told apart by lightness as well as by hue.
QColor stepColour(std::size_t step, std::size_t steps, bool onDark) {
    const double share = steps < 2 ? 0.5 : static_cast<double>(step) / static_cast<double>(steps - 1);
    const double lightness = onDark ? 0.42 + 0.38 * share : 0.26 + 0.36 * share;
    return QColor::fromHslF(static_cast<float>(0.74 - 0.58 * share), 0.7F, static_cast<float>(lightness));
}

} // namespace

MapPlot::MapPlot(QWidget* parent) : PlotView(parent), m_lasso(new Lasso(plot())) {
    setAxisScale(*plot().xAxis, false, TickStyle::Number);
    setAxisScale(*plot().yAxis, false, TickStyle::Number);
    setEmptyText(tr("No map yet"));
    connect(m_lasso, &Lasso::closed, this, &MapPlot::pickInside);
}

bool MapPlot::drawable(std::size_t point) const {
    return std::isfinite(m_points[point].x()) && std::isfinite(m_points[point].y());
}

void MapPlot::setPoints(std::vector<QPointF> points, const QString& xTitle, const QString& yTitle) {
    m_points = std::move(points);
    m_groups.assign(m_points.size(), -1);
    m_names.clear();
    m_quantity.clear();
    m_picked.clear();
    m_current = -1;
    setAxisTitles(xTitle, yTitle);
    rebuild();
    bool any = false;
    for (std::size_t i = 0; i < m_points.size() && !any; ++i)
        any = drawable(i);
    dataChanged(any);
}

void MapPlot::colourByGroup(std::vector<int> groups, const QStringList& names) {
    m_groups = std::move(groups);
    m_groups.resize(m_points.size(), -1);
    m_names = names;
    m_quantity.clear();
    rebuild();
    decorationChanged();
}

void MapPlot::colourByValue(const std::vector<double>& values, const QString& quantity) {
    std::vector<double> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](double v) { return std::isfinite(v); });
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> starts; // of the steps; the last value closes the last one
    for (std::size_t step = 0; step < kValueSteps && !sorted.empty(); ++step)
        starts.push_back(sorted[step * sorted.size() / kValueSteps]);
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    QStringList names;
    for (std::size_t step = 0; step < starts.size(); ++step)
        names += formatRange(starts[step], step + 1 < starts.size() ? starts[step + 1] : sorted.back(), 3);
    std::vector<int> groups(m_points.size(), -1);
    for (std::size_t i = 0; i < std::min(values.size(), groups.size()); ++i)
        if (std::isfinite(values[i]))
            groups[i] =
                static_cast<int>(std::upper_bound(starts.begin(), starts.end(), values[i]) - starts.begin()) - 1;
    m_groups = std::move(groups);
    m_names = names;
    m_quantity = quantity;
    rebuild();
    decorationChanged();
}

void MapPlot::setPicked(const std::vector<int>& points) {
    m_picked = points;
    std::sort(m_picked.begin(), m_picked.end());
    m_picked.erase(std::unique(m_picked.begin(), m_picked.end()), m_picked.end());
    std::erase_if(m_picked, [this](int i) { return i < 0 || i >= static_cast<int>(m_points.size()); });
    rebuild();
    decorationChanged();
}

void MapPlot::setCurrent(int point) {
    m_current = point < static_cast<int>(m_points.size()) ? point : -1;
    placeRing();
    replotLater();
}

void MapPlot::setLassoArmed(bool armed) {
    m_lasso->setArmed(armed);
}

void MapPlot::rebuild() {
    plot().clearGraphs();
    m_graphs.clear();
    const auto groups = static_cast<std::size_t>(m_names.size()) + 1;
    const auto add = [this](const QString& name) {
        QCPGraph* graph = plot().addGraph();
        graph->setName(name);
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setAntialiasedScatters(m_points.size() <= kManyPoints);
        return graph;
    };
    for (std::size_t group = 0; group < groups; ++group)
        m_graphs.push_back({add({}), nullptr});
    for (std::size_t group = 0; group < groups; ++group)
        m_graphs[group].picked = add({});
    m_ring = add({});

    std::vector<QVector<QCPGraphData>> plain(groups), picked(groups);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!drawable(i))
            continue;
        const int named = m_groups[i];
        const std::size_t group = named >= 0 && named < m_names.size() ? static_cast<std::size_t>(named) : groups - 1;
        const bool isPicked = std::binary_search(m_picked.begin(), m_picked.end(), static_cast<int>(i));
        (isPicked ? picked : plain)[group].append(QCPGraphData(m_points[i].x(), m_points[i].y()));
    }
    for (std::size_t group = 0; group < groups; ++group) {
        // The legend shows a group once, in the form in which it stands out.
        const bool hasPicked = !picked[group].isEmpty();
        QCPGraph* shown = hasPicked ? m_graphs[group].picked : m_graphs[group].plain;
        QCPGraph* hidden = hasPicked ? m_graphs[group].plain : m_graphs[group].picked;
        hidden->removeFromLegend();
        if (hasPicked || !plain[group].isEmpty())
            shown->setName(groupName(static_cast<int>(group)));
        else
            shown->removeFromLegend();
        m_graphs[group].plain->data()->set(plain[group]);
        m_graphs[group].picked->data()->set(picked[group]);
    }
    m_ring->removeFromLegend();
    placeRing();
}

void MapPlot::placeRing() {
    if (m_ring == nullptr)
        return;
    m_ring->data()->clear();
    if (m_current >= 0 && drawable(static_cast<std::size_t>(m_current))) {
        const QPointF& point = m_points[static_cast<std::size_t>(m_current)];
        m_ring->addData(point.x(), point.y());
    }
}

QString MapPlot::groupName(int group) const {
    if (group < 0 || group >= m_names.size())
        return m_names.isEmpty() ? tr("documents") : tr("unknown");
    return m_quantity.isEmpty() ? m_names[group] : tr("%1 %2").arg(m_quantity, m_names[group]);
}

QColor MapPlot::groupColour(std::size_t group) const {
    const auto named = static_cast<std::size_t>(m_names.size());
    if (named == 0)
        return colours().series(0);
    if (group >= named)
        return colours().axis;
    if (m_quantity.isEmpty())
        return colours().series(group);
    return stepColour(group, named, colours().background.lightnessF() < 0.5);
}

void MapPlot::applyColours() {
    const bool many = m_points.size() > kManyPoints;
    const double size = many ? 3 : 6;
    for (std::size_t group = 0; group < m_graphs.size(); ++group) {
        const QColor strong = groupColour(group);
        QColor plain = strong;
        if (!m_picked.empty())
            plain.setAlpha(60);
        const auto shape = many ? QCPScatterStyle::ssSquare : QCPScatterStyle::ssCircle;
        m_graphs[group].plain->setScatterStyle(QCPScatterStyle(shape, Qt::NoPen, plain, size));
        m_graphs[group].picked->setScatterStyle(
            QCPScatterStyle(shape, QPen(colours().background, many ? 0 : 1), strong, size + 2));
    }
    if (m_ring != nullptr)
        m_ring->setScatterStyle(
            QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colours().highlight, 2), Qt::NoBrush, 14));
    m_lasso->setColour(colours().highlight);
}

void MapPlot::showAll() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double left = infinity, right = -infinity, low = infinity, high = -infinity;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!drawable(i))
            continue;
        left = std::min(left, m_points[i].x());
        right = std::max(right, m_points[i].x());
        low = std::min(low, m_points[i].y());
        high = std::max(high, m_points[i].y());
    }
    if (left > right)
        return;
    setAxisRange(*plot().xAxis, left, right, 0.05);
    setAxisRange(*plot().yAxis, low, high, 0.05);
}

int MapPlot::nearest(QPointF position) const {
    // Everything within reach of the mouse lies in this rectangle of coordinates.
    const double left = plot().xAxis->pixelToCoord(position.x() - kGrabPixels);
    const double right = plot().xAxis->pixelToCoord(position.x() + kGrabPixels);
    const double low = plot().yAxis->pixelToCoord(position.y() + kGrabPixels);
    const double high = plot().yAxis->pixelToCoord(position.y() - kGrabPixels);
    int found = -1;
    double best = kGrabPixels * kGrabPixels;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF& point = m_points[i];
        if (!(point.x() >= left && point.x() <= right && point.y() >= low && point.y() <= high))
            continue;
        const QPointF away =
            QPointF(plot().xAxis->coordToPixel(point.x()), plot().yAxis->coordToPixel(point.y())) - position;
        if (const double distance = QPointF::dotProduct(away, away); distance < best) {
            best = distance;
            found = static_cast<int>(i);
        }
    }
    return found;
}

void MapPlot::pickInside(const QPolygonF& area, Qt::KeyboardModifiers modifiers) {
    const QRectF bounds = area.boundingRect();
    std::vector<int> inside;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (!drawable(i))
            continue;
        const QPointF pixel(plot().xAxis->coordToPixel(m_points[i].x()), plot().yAxis->coordToPixel(m_points[i].y()));
        if (bounds.contains(pixel) && area.containsPoint(pixel, Qt::OddEvenFill))
            inside.push_back(static_cast<int>(i));
    }
    std::vector<int> result;
    if (modifiers.testFlag(Qt::ControlModifier))
        std::set_union(m_picked.begin(), m_picked.end(), inside.begin(), inside.end(), std::back_inserter(result));
    else if (modifiers.testFlag(Qt::AltModifier))
        std::set_difference(m_picked.begin(), m_picked.end(), inside.begin(), inside.end(), std::back_inserter(result));
    else
        result = std::move(inside);
    setPicked(result);
    emit pickedChanged(m_picked);
}

void MapPlot::writeCsv(QTextStream& out) const {
    out << "point,x,y," << csvText(m_quantity.isEmpty() ? QStringLiteral("group") : m_quantity) << ",picked\n";
    for (std::size_t i = 0; i < m_points.size(); ++i)
        out << i << ',' << csvNumber(m_points[i].x()) << ',' << csvNumber(m_points[i].y()) << ','
            << (m_groups[i] >= 0 && m_groups[i] < m_names.size() ? csvText(m_names[m_groups[i]]) : QString()) << ','
            << (std::binary_search(m_picked.begin(), m_picked.end(), static_cast<int>(i)) ? 1 : 0) << '\n';
}

QString MapPlot::describe() const {
    QString text = tr("Map of %1 documents, %2 picked").arg(formatWhole(m_points.size()), formatWhole(m_picked.size()));
    if (!m_names.isEmpty())
        text += tr(", coloured by %1: %2")
                    .arg(m_quantity.isEmpty() ? tr("group") : m_quantity, m_names.join(QStringLiteral(", ")));
    return text;
}

QString MapPlot::readoutAt(QPointF position) const {
    const int point = nearest(position);
    if (point < 0 || m_lasso->isDrawing())
        return {};
    return tr("Document %1\n%2")
        .arg(formatWhole(static_cast<std::uint64_t>(point) + 1), groupName(m_groups[static_cast<std::size_t>(point)]));
}

void MapPlot::clicked(QPointF position) {
    const int point = nearest(position);
    if (point < 0)
        return;
    setCurrent(point);
    emit pointClicked(point);
}

void MapPlot::addMenuActions(QMenu& menu) {
    QAction* lasso = menu.addAction(tr("Draw around points (or hold Shift)"), this, &MapPlot::setLassoArmed);
    lasso->setCheckable(true);
    lasso->setChecked(m_lasso->armed());
    QAction* none = menu.addAction(tr("Pick none\tEsc"), this, [this] {
        setPicked({});
        emit pickedChanged(m_picked);
    });
    none->setEnabled(!m_picked.empty());
}

void MapPlot::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape) {
        PlotView::keyPressEvent(event);
        return;
    }
    if (m_lasso->isDrawing()) {
        m_lasso->abandon();
    } else {
        setPicked({});
        emit pickedChanged(m_picked);
    }
}

} // namespace vernier::ui
