#pragma once

#include "ui/plots/plot_view.h"

#include <optional>
#include <vector>

class QCPGraph;
class QCPItemText;

namespace vernier::ui {

/// Is one thing to compare: where it stands, what it is called, what kind it belongs to.
struct ScatterPoint {
    double x = 0, y = 0;
    QString label;
    QString series; ///< its colour and mark, and its entry in the legend
};

/// Is a horizontal line to compare with, for example the full-precision perplexity.
struct ReferenceLine {
    double y = 0;
    QString name;
};

/// Is everything that a scatter plot shows.
struct ScatterContent {
    std::vector<ScatterPoint> points;
    std::vector<std::size_t> front{}; ///< points joined, from left to right, by steps below which no point lies
    QString frontName{};
    int marked = -1; ///< a point that others are compared with, crossed; -1 for none
    QString markName{};
    std::optional<ReferenceLine> reference{};
    int selected = -1; ///< ringed; -1 for none
};

/// Shows labelled points: size against perplexity of runs.
class ScatterPlot : public PlotView {
    Q_OBJECT
public:
    explicit ScatterPlot(QWidget* parent = nullptr);

    /// Titles carry the units: tr("Bits per weight"), tr("Perplexity"). Points that are not finite are left out.
    void setPoints(std::vector<ScatterPoint> points, const QString& xTitle, const QString& yTitle);
    void clear() { setPoints({}, {}, {}); }
    /// The same with all that goes with the points, drawn once.
    void setContent(ScatterContent content, const QString& xTitle, const QString& yTitle);

    void setReference(std::optional<ReferenceLine> reference);
    void setSelected(int index);           ///< rings a point; -1 for none
    void setLogarithmic(bool logarithmic); ///< the y axis

signals:
    void pointClicked(int index);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;
    void addMenuActions(QMenu& menu) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    int nearest(QPointF position) const; ///< -1 when none is near
    QPointF pixelOf(const ScatterPoint& point) const;
    bool drawable(const ScatterPoint& point) const;
    void rebuild();
    void layLabels();
    void placeRing();
    void placeFront();

    std::vector<ScatterPoint> m_points;
    std::optional<ReferenceLine> m_reference;
    std::vector<std::size_t> m_frontPoints;
    QString m_frontName, m_markName;
    std::vector<QCPGraph*> m_groups; ///< one per series, in order of first appearance
    std::vector<QCPItemText*> m_labels;
    QCPGraph* m_ring = nullptr;
    QCPGraph* m_line = nullptr;
    QCPGraph* m_front = nullptr;
    QCPGraph* m_mark = nullptr;
    int m_selected = -1;
    int m_marked = -1;
    bool m_logarithmic = false;
};

} // namespace vernier::ui
