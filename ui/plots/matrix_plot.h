#pragma once

#include "ui/plots/plot_view.h"

#include <QRect>
#include <QStringList>

#include <functional>
#include <vector>

class QCPColorGradient;
class QCPColorMap;
class QCPColorScale;
class QCPItemStraightLine;
class QTimer;

namespace vernier::ui {

/// Holds cells of equal size that cover a region of a matrix; those at its end may reach over it.
struct MatrixCells {
    QRect region; ///< x: columns, y: rows
    int rowsPerCell = 1, columnsPerCell = 1;
    std::vector<float> values; ///< row after row

    int columns() const { return (region.width() + columnsPerCell - 1) / columnsPerCell; }
    int rows() const { return (region.height() + rowsPerCell - 1) / rowsPerCell; }
};

/// Shows a matrix as colours, its first row on top. Only as many cells are held as can be seen: whoever has the matrix
/// is told which region is looked at and gives finer cells of it.
class MatrixPlot : public PlotView {
    Q_OBJECT
public:
    explicit MatrixPlot(QWidget* parent = nullptr);

    /// A matrix is about to be shown, or another quantity of it; what was in sight stays when its size is the same.
    void setMatrix(int rows, int columns, const QString& rowTitle, const QString& columnTitle);
    /// Where colours end, and what they mean: tr("Error (weight units)"). Around: 0 is in the middle, both signs alike.
    void setScale(double low, double high, bool aroundZero, const QString& title);
    void setCells(MatrixCells cells);
    /// Colours by the logarithm; the ends of the scale must be above 0, and what is not above 0 is not drawn.
    void setLogarithmic(bool logarithmic);
    void setRowNames(const QStringList& names); ///< what stands beside the rows; empty: their numbers
    void clear();

    /// What stands at a place; the tooltip shows it.
    void setReadout(std::function<QString(int row, int column)> readout) { m_readout = std::move(readout); }
    void setSelectedColumn(int column); ///< -1 for none
    void setSelectedRow(int row);       ///< -1 for none
    QRect visibleRegion() const;        ///< cut to the matrix
    QSize matrixSize() const { return {m_columns, m_rows}; }
    const MatrixCells& cells() const { return m_cells; }

signals:
    void regionShown(const QRect& region); ///< a moment after zooming or panning
    void elementClicked(int row, int column);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;

    /// Words at the ends of the scale in place of numbers.
    void setScaleEnds(const QString& low, const QString& high);

private:
    QPoint elementAt(QPointF position) const; ///< column and row; -1, -1 outside
    QCPColorGradient gradient() const;
    void placeSelection();

    int m_rows = 0, m_columns = 0;
    double m_low = 0, m_high = 1;
    bool m_aroundZero = false;
    QString m_quantity;
    MatrixCells m_cells;
    std::function<QString(int, int)> m_readout;
    int m_selected = -1, m_selectedRow = -1;
    bool m_logarithmic = false;
    QCPColorMap* m_map = nullptr;
    QCPColorScale* m_scale = nullptr;
    QCPItemStraightLine* m_cursor = nullptr;
    QCPItemStraightLine* m_rowCursor = nullptr;
    QTimer* m_settle = nullptr;
};

} // namespace vernier::ui
