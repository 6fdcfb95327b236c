#pragma once

#include "ui/plots/plot_view.h"

#include <QStringList>

#include <vector>

class QCPGraph;

namespace vernier::ui {

/// Is one named line; values[i] stands at x = i, NaN leaves a gap.
struct LineSeries {
    QString name;
    std::vector<double> values;
};

/// Shows several series over whole numbers, as points joined by lines: error per layer of several runs.
class LinesPlot : public PlotView {
    Q_OBJECT
public:
    explicit LinesPlot(QWidget* parent = nullptr);

    /// Titles carry the units: tr("Relative output error"), tr("Layer").
    void setSeries(std::vector<LineSeries> series, const QString& xTitle, const QString& yTitle);
    void clear() { setSeries({}, {}, {}); }

    /// What stands under x = 0, 1, … and in tooltips ("0.q_proj"); empty shows the numbers.
    void setTickNames(const QStringList& names);
    void setLogarithmic(bool logarithmic);
    bool logarithmic() const { return m_logarithmic; }
    void setLineWidth(double pixels); ///< 1 unless told
    void setSelected(int x);          ///< marks a position on the axis; -1 for none

signals:
    void pointClicked(int series, int x);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;
    void addMenuActions(QMenu& menu) override;

private:
    struct Hit {
        int series = -1;
        int x = 0;
    };
    Hit nearest(QPointF position) const;
    std::size_t length() const; ///< of the longest series
    bool drawable(double value) const;
    QString nameAt(int x) const;
    void rebuild();
    void applyTicks();

    std::vector<LineSeries> m_series;
    std::vector<QCPGraph*> m_graphs;
    QStringList m_tickNames;
    QCPGraph* m_cursor = nullptr;
    double m_lineWidth = 1;
    bool m_logarithmic = false;
    int m_selected = -1;
};

} // namespace vernier::ui
