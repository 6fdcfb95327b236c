#include "ui/plots/lines_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"

#include <QMenu>
#include <QTextStream>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr double kGrabPixels = 14;
/// More points than this are a curve: marks would only hide it.
constexpr std::size_t kMarkedPoints = 120;
/// Smoothing the edges of more than these costs much and shows nothing.
constexpr std::size_t kSmoothPoints = 2000;
constexpr int kNamedTicks = 64;

constexpr std::array kShapes{QCPScatterStyle::ssCircle, QCPScatterStyle::ssSquare, QCPScatterStyle::ssDiamond,
                             QCPScatterStyle::ssTriangle, QCPScatterStyle::ssTriangleInverted};

} // namespace

LinesPlot::LinesPlot(QWidget* parent) : PlotView(parent) {
    setZoomDirections(Qt::Horizontal);
    applyTicks();
    setAxisScale(*plot().yAxis, false, TickStyle::Number);
}

void LinesPlot::setSeries(std::vector<LineSeries> series, const QString& xTitle, const QString& yTitle) {
    m_series = std::move(series);
    setAxisTitles(xTitle, yTitle);
    rebuild();
}

bool LinesPlot::drawable(double value) const {
    return std::isfinite(value) && (!m_logarithmic || value > 0);
}

void LinesPlot::rebuild() {
    plot().clearGraphs();
    m_graphs.clear();
    m_cursor = plot().addGraph();
    m_cursor->removeFromLegend();
    for (const LineSeries& line : m_series) {
        QCPGraph* graph = plot().addGraph();
        graph->setName(line.name);
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(line.values.size()));
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            const double value = line.values[i];
            points.append(QCPGraphData(static_cast<double>(i),
                                       drawable(value) ? value : std::numeric_limits<double>::quiet_NaN()));
        }
        graph->data()->set(points, true);
        graph->setAntialiased(line.values.size() <= kSmoothPoints);
        m_graphs.push_back(graph);
    }
    dataChanged(length() > 0);
}

std::size_t LinesPlot::length() const {
    std::size_t longest = 0;
    for (const LineSeries& line : m_series)
        longest = std::max(longest, line.values.size());
    return longest;
}

void LinesPlot::setTickNames(const QStringList& names) {
    m_tickNames = names;
    applyTicks();
    replotLater();
}

void LinesPlot::applyTicks() {
    if (m_tickNames.isEmpty() || m_tickNames.size() > kNamedTicks) {
        plot().xAxis->setTickLabelRotation(0);
        setAxisScale(*plot().xAxis, false, TickStyle::Integer);
        return;
    }
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (qsizetype i = 0; i < m_tickNames.size(); ++i)
        ticker->addTick(static_cast<double>(i), m_tickNames[i]);
    plot().xAxis->setTicker(ticker);
    plot().xAxis->setTickLabelRotation(m_tickNames.size() > 8 ? -60 : 0);
}

void LinesPlot::setLogarithmic(bool logarithmic) {
    if (m_logarithmic == logarithmic)
        return;
    m_logarithmic = logarithmic;
    setAxisScale(*plot().yAxis, logarithmic, TickStyle::Number);
    rebuild();
}

void LinesPlot::setLineWidth(double pixels) {
    m_lineWidth = pixels;
    applyColours();
    replotLater();
}

void LinesPlot::setSelected(int x) {
    m_selected = x;
    if (m_cursor == nullptr)
        return;
    const QCPRange range = plot().yAxis->range();
    m_cursor->data()->clear();
    if (x >= 0)
        m_cursor->data()->set({QCPGraphData(x, range.lower), QCPGraphData(x, range.upper)}, true);
    replotLater();
}

void LinesPlot::showAll() {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const LineSeries& line : m_series)
        for (const double value : line.values)
            if (drawable(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
    if (low <= high) {
        if (!m_logarithmic)
            low = std::min(low, 0.0); // errors are compared by their height
        setAxisRange(*plot().yAxis, low, high, 0.06);
        if (low == 0)
            plot().yAxis->setRangeLower(0);
    }
    setAxisRange(*plot().xAxis, -0.5, static_cast<double>(length()) - 0.5, 0.01);
    setSelected(m_selected);
}

void LinesPlot::applyColours() {
    for (std::size_t i = 0; i < m_graphs.size(); ++i) {
        const QColor& colour = colours().series(i);
        m_graphs[i]->setPen(QPen(colour, m_lineWidth, seriesDash(i)));
        if (m_series[i].values.size() <= kMarkedPoints)
            m_graphs[i]->setScatterStyle(QCPScatterStyle(kShapes[i % kShapes.size()], QPen(colour, 1), colour, 6));
    }
    if (m_cursor != nullptr)
        m_cursor->setPen(QPen(colours().highlight, 1, Qt::DashLine));
}

void LinesPlot::writeCsv(QTextStream& out) const {
    out << "x,name";
    for (const LineSeries& line : m_series)
        out << ',' << csvText(line.name);
    out << '\n';
    for (std::size_t x = 0; x < length(); ++x) {
        out << x << ',' << csvText(nameAt(static_cast<int>(x)));
        for (const LineSeries& line : m_series)
            out << ',' << (x < line.values.size() ? csvNumber(line.values[x]) : QString());
        out << '\n';
    }
}

QString LinesPlot::nameAt(int x) const {
    return x < m_tickNames.size() ? m_tickNames[x] : QString::number(x);
}

QString LinesPlot::describe() const {
    QStringList parts;
    for (const LineSeries& line : m_series) {
        std::size_t worst = line.values.size();
        for (std::size_t i = 0; i < line.values.size(); ++i)
            if (std::isfinite(line.values[i]) && (worst == line.values.size() || line.values[i] > line.values[worst]))
                worst = i;
        if (worst < line.values.size())
            parts += tr("%1: highest %2 at %3")
                         .arg(line.name, formatNumber(line.values[worst]), nameAt(static_cast<int>(worst)));
    }
    return plot().yAxis->label() + QStringLiteral(": ") + parts.join(QStringLiteral("; "));
}

LinesPlot::Hit LinesPlot::nearest(QPointF position) const {
    Hit hit;
    double best = kGrabPixels * kGrabPixels;
    // Only the columns within reach of the mouse can hold the nearest point.
    const double left = plot().xAxis->pixelToCoord(position.x() - kGrabPixels);
    const double right = plot().xAxis->pixelToCoord(position.x() + kGrabPixels);
    for (std::size_t s = 0; s < m_series.size(); ++s) {
        const std::vector<double>& values = m_series[s].values;
        const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
        const auto end = std::min(last, static_cast<std::ptrdiff_t>(std::floor(right)));
        for (auto i = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::ceil(left))); i <= end; ++i) {
            const double value = values[static_cast<std::size_t>(i)];
            if (!drawable(value))
                continue;
            const double dx = plot().xAxis->coordToPixel(static_cast<double>(i)) - position.x();
            const double dy = plot().yAxis->coordToPixel(value) - position.y();
            if (dx * dx + dy * dy < best) {
                best = dx * dx + dy * dy;
                hit = {static_cast<int>(s), static_cast<int>(i)};
            }
        }
    }
    return hit;
}

QString LinesPlot::readoutAt(QPointF position) const {
    const Hit hit = nearest(position);
    if (hit.series < 0)
        return {};
    const LineSeries& line = m_series[static_cast<std::size_t>(hit.series)];
    return tr("%1\n%2: %3")
        .arg(line.name, nameAt(hit.x), formatNumber(line.values[static_cast<std::size_t>(hit.x)], 5));
}

void LinesPlot::clicked(QPointF position) {
    const Hit hit = nearest(position);
    if (hit.series >= 0)
        emit pointClicked(hit.series, hit.x);
}

void LinesPlot::addMenuActions(QMenu& menu) {
    QAction* log = menu.addAction(tr("Logarithmic axis\tL"), this, &LinesPlot::setLogarithmic);
    log->setCheckable(true);
    log->setChecked(m_logarithmic);
}

} // namespace vernier::ui
