#include "ui/plots/matrix_plot.h"

#include "ui/plots/axes.h"
#include "ui/plots/number_format.h"

#include <QTextStream>
#include <QTimer>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace vernier::ui {

namespace {

constexpr int kSettleMilliseconds = 60; ///< without zooming or panning before finer cells are asked for
constexpr int kScaleWidth = 12;

} // namespace

MatrixPlot::MatrixPlot(QWidget* parent) : PlotView(parent), m_settle(new QTimer(this)) {
    setAxisScale(*plot().xAxis, false, TickStyle::Integer);
    setAxisScale(*plot().yAxis, false, TickStyle::Integer);
    plot().yAxis->setRangeReversed(true); // the first row stands on top, as in a matrix
    m_map = new QCPColorMap(plot().xAxis, plot().yAxis);
    m_map->setInterpolate(false);
    m_map->setTightBoundary(false);
    m_map->removeFromLegend();
    m_scale = new QCPColorScale(&plot());
    m_scale->setType(QCPAxis::atRight);
    m_scale->setBarWidth(kScaleWidth);
    m_scale->setRangeDrag(false);
    m_scale->setRangeZoom(false);
    m_scale->setMargins(QMargins(4, 0, 6, 0));
    setAxisScale(*m_scale->axis(), false, TickStyle::Number);
    plot().plotLayout()->addElement(1, 1, m_scale);
    auto* edges = new QCPMarginGroup(&plot());
    plot().axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, edges);
    m_scale->setMarginGroup(QCP::msTop | QCP::msBottom, edges);
    for (QCPItemStraightLine** cursor : {&m_cursor, &m_rowCursor}) {
        *cursor = new QCPItemStraightLine(&plot());
        (*cursor)->setVisible(false);
    }
    plot().xAxis->grid()->setVisible(false);
    plot().yAxis->grid()->setVisible(false);
    setEmptyText(tr("No matrix yet"));

    m_settle->setSingleShot(true);
    m_settle->setInterval(kSettleMilliseconds);
    connect(m_settle, &QTimer::timeout, this, [this] {
        if (const QRect region = visibleRegion(); !region.isEmpty())
            emit regionShown(region);
    });
    const auto later = [this] {
        if (m_rows > 0)
            m_settle->start();
    };
    for (QCPAxis* axis : {plot().xAxis, plot().yAxis})
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, later);
}

void MatrixPlot::setMatrix(int rows, int columns, const QString& rowTitle, const QString& columnTitle) {
    setAxisTitles(columnTitle, rowTitle);
    if (rows == m_rows && columns == m_columns)
        return;
    m_rows = rows;
    m_columns = columns;
    m_cells = {};
    showAll();
    m_settle->stop(); // whoever set the matrix knows that it is seen whole
}

void MatrixPlot::setScale(double low, double high, bool aroundZero, const QString& title) {
    // A matrix of one number still needs two ends.
    const double air = low < high ? 0.0 : std::max(std::abs(high), 1e-12);
    m_low = aroundZero || air > 0 ? low - air : low;
    m_high = high + air;
    m_aroundZero = aroundZero;
    m_quantity = title;
    m_scale->setLabel(title);
}

void MatrixPlot::setCells(MatrixCells cells) {
    const bool isFirst = m_cells.values.empty();
    m_cells = std::move(cells);
    // A map needs two cells each way to know how wide they are: a single one is drawn as two halves.
    const int columns = m_cells.columns(), rows = m_cells.rows();
    const int halvesX = columns == 1 ? 2 : 1, halvesY = rows == 1 ? 2 : 1;
    const double width = double(m_cells.columnsPerCell) / halvesX, height = double(m_cells.rowsPerCell) / halvesY;
    QCPColorMapData& data = *m_map->data();
    const auto drawn = [this](float value) {
        return m_logarithmic && !(value > 0) ? std::numeric_limits<double>::quiet_NaN() : double{value};
    };
    data.setSize(columns * halvesX, rows * halvesY);
    const double left = m_cells.region.left() - 0.5, top = m_cells.region.top() - 0.5;
    data.setKeyRange({left + width / 2, left + width * (columns * halvesX - 0.5)});
    data.setValueRange({top + height / 2, top + height * (rows * halvesY - 0.5)});
    for (int y = 0; y < rows * halvesY; ++y) {
        const float* row = m_cells.values.data() + static_cast<std::ptrdiff_t>(y / halvesY) * columns;
        for (int x = 0; x < columns * halvesX; ++x)
            data.setCell(x, y, drawn(row[x / halvesX]));
    }
    m_map->setGradient(gradient());
    m_map->setDataRange({m_low, m_high});
    m_scale->setGradient(gradient());
    m_scale->setDataRange({m_low, m_high});
    placeSelection();
    if (isFirst)
        dataChanged(!m_cells.values.empty());
    else
        decorationChanged();
    m_settle->stop();
}

void MatrixPlot::clear() {
    m_rows = m_columns = 0;
    m_cells = {};
    m_settle->stop();
    dataChanged(false);
}

void MatrixPlot::setSelectedColumn(int column) {
    m_selected = column;
    placeSelection();
    replotLater();
}

void MatrixPlot::setSelectedRow(int row) {
    m_selectedRow = row;
    placeSelection();
    replotLater();
}

void MatrixPlot::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    m_map->setDataScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_scale->setDataScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    setAxisScale(*m_scale->axis(), logarithmic, TickStyle::Number);
}

void MatrixPlot::setRowNames(const QStringList& names) {
    if (names.isEmpty())
        return setAxisScale(*plot().yAxis, false, TickStyle::Integer);
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (qsizetype i = 0; i < names.size(); ++i)
        ticker->addTick(static_cast<double>(i), names[i]);
    plot().yAxis->setTicker(ticker);
    plot().yAxis->setSubTicks(false);
}

void MatrixPlot::setScaleEnds(const QString& low, const QString& high) {
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    ticker->addTick(m_low, low);
    ticker->addTick(m_high, high);
    m_scale->axis()->setTicker(ticker);
}

void MatrixPlot::placeSelection() {
    m_rowCursor->setVisible(m_selectedRow >= 0 && m_selectedRow < m_rows);
    m_rowCursor->point1->setCoords(0, m_selectedRow);
    m_rowCursor->point2->setCoords(1, m_selectedRow);
    m_cursor->setVisible(m_selected >= 0 && m_selected < m_columns);
    m_cursor->point1->setCoords(m_selected, 0);
    m_cursor->point2->setCoords(m_selected, 1);
}

void MatrixPlot::showAll() {
    plot().xAxis->setRange(-0.5, m_columns - 0.5);
    plot().yAxis->setRange(-0.5, m_rows - 0.5);
}

QRect MatrixPlot::visibleRegion() const {
    const auto cut = [](const QCPRange& range, int count) {
        const int first = std::clamp(static_cast<int>(std::floor(range.lower + 0.5)), 0, count);
        return std::pair{first, std::clamp(static_cast<int>(std::ceil(range.upper + 0.5)), first, count)};
    };
    const auto [left, right] = cut(plot().xAxis->range(), m_columns);
    const auto [top, bottom] = cut(plot().yAxis->range(), m_rows);
    return {left, top, right - left, bottom - top};
}

QCPColorGradient MatrixPlot::gradient() const {
    const bool onDark = colours().background.lightnessF() < 0.5;
    QCPColorGradient gradient;
    gradient.clearColorStops();
    // Both scales begin at the colour of the paper, so that large values stand out of it in either theme. The hues are
    // told apart by those who see no red or no green.
    const QColor paper = onDark ? QColor(0x26, 0x28, 0x2b) : QColor(0xf7, 0xf7, 0xf5);
    const std::array below = onDark ? std::array{QColor(0x1f, 0x6f, 0xb0), QColor(0x9a, 0xdc, 0xff)}
                                    : std::array{QColor(0x67, 0xa9, 0xd4), QColor(0x05, 0x30, 0x7a)};
    const std::array above = onDark ? std::array{QColor(0xb8, 0x4a, 0x10), QColor(0xff, 0xc9, 0x7a)}
                                    : std::array{QColor(0xee, 0x8b, 0x57), QColor(0x8c, 0x1c, 0x00)};
    if (m_aroundZero) {
        gradient.setColorStopAt(0, below[1]);
        gradient.setColorStopAt(0.25, below[0]);
        gradient.setColorStopAt(0.5, paper);
        gradient.setColorStopAt(0.75, above[0]);
        gradient.setColorStopAt(1, above[1]);
    } else {
        gradient.setColorStopAt(0, onDark ? QColor(0x2b, 0x1b, 0x4d) : QColor(0xfd, 0xf3, 0xc4));
        gradient.setColorStopAt(0.33, onDark ? QColor(0x2c, 0x6e, 0x8e) : QColor(0x8f, 0xcf, 0x8b));
        gradient.setColorStopAt(0.67, onDark ? QColor(0x4c, 0xb9, 0x7b) : QColor(0x2c, 0x84, 0x9a));
        gradient.setColorStopAt(1, onDark ? QColor(0xfd, 0xe7, 0x4c) : QColor(0x2a, 0x17, 0x52));
    }
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    return gradient;
}

void MatrixPlot::applyColours() {
    m_map->setGradient(gradient());
    m_scale->setGradient(gradient());
    QCPAxis& axis = *m_scale->axis();
    const QCPAxis& like = *plot().yAxis;
    for (auto setPen : {&QCPAxis::setBasePen, &QCPAxis::setTickPen, &QCPAxis::setSubTickPen})
        (axis.*setPen)(QPen(colours().axis));
    axis.setTickLabelColor(colours().text);
    axis.setLabelColor(colours().text);
    axis.setTickLabelFont(like.tickLabelFont());
    axis.setLabelFont(like.labelFont());
    axis.setLabelPadding(3);
    for (QCPItemStraightLine* cursor : {m_cursor, m_rowCursor})
        cursor->setPen(QPen(colours().text, 1, Qt::DashLine));
}

void MatrixPlot::writeCsv(QTextStream& out) const {
    out << "row\\column";
    const int columns = m_cells.columns();
    for (int x = 0; x < columns; ++x)
        out << ',' << m_cells.region.left() + x * m_cells.columnsPerCell;
    out << '\n';
    for (int y = 0; y < m_cells.rows(); ++y) {
        out << m_cells.region.top() + y * m_cells.rowsPerCell;
        for (int x = 0; x < columns; ++x)
            out << ','
                << csvNumber(double{m_cells.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) +
                                                   static_cast<std::size_t>(x)]});
        out << '\n';
    }
}

QString MatrixPlot::describe() const {
    const auto [low, high] = std::ranges::minmax(m_cells.values);
    return tr("%1 of %2 rows and %3 columns, from %4 to %5")
        .arg(m_quantity, formatWhole(static_cast<std::uint64_t>(m_rows)),
             formatWhole(static_cast<std::uint64_t>(m_columns)), formatNumber(double{low}), formatNumber(double{high}));
}

QPoint MatrixPlot::elementAt(QPointF position) const {
    const double column = std::floor(plot().xAxis->pixelToCoord(position.x()) + 0.5);
    const double row = std::floor(plot().yAxis->pixelToCoord(position.y()) + 0.5);
    return column >= 0 && column < m_columns && row >= 0 && row < m_rows
               ? QPoint(static_cast<int>(column), static_cast<int>(row))
               : QPoint(-1, -1);
}

QString MatrixPlot::readoutAt(QPointF position) const {
    const QPoint element = elementAt(position);
    if (element.x() < 0 || !m_readout)
        return {};
    QString text = m_readout(element.y(), element.x());
    const QPoint in = element - m_cells.region.topLeft();
    if ((m_cells.rowsPerCell > 1 || m_cells.columnsPerCell > 1) && m_cells.region.contains(element)) {
        const auto cell =
            static_cast<std::size_t>(in.y() / m_cells.rowsPerCell) * static_cast<std::size_t>(m_cells.columns()) +
            static_cast<std::size_t>(in.x() / m_cells.columnsPerCell);
        text += tr("\nfurthest of %1 × %2 in this cell: %3")
                    .arg(m_cells.rowsPerCell)
                    .arg(m_cells.columnsPerCell)
                    .arg(formatNumber(double{m_cells.values[cell]}));
    }
    return text;
}

void MatrixPlot::clicked(QPointF position) {
    if (const QPoint element = elementAt(position); element.x() >= 0)
        emit elementClicked(element.y(), element.x());
}

} // namespace vernier::ui
