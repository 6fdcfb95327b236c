#pragma once

#include "ui/plots/plot_view.h"

#include <QPointF>
#include <QPolygonF>
#include <QStringList>

#include <vector>

class QCPGraph;

namespace vernier::ui {

class Lasso;

/// Shows many points in two dimensions: documents by what the model makes of them. Points are coloured by a group or by
/// a number; picked ones stand out. A click tells the nearest point, a line drawn around some (Shift and drag, or drag
/// while the lasso is armed) picks those.
class MapPlot : public PlotView {
    Q_OBJECT
public:
    explicit MapPlot(QWidget* parent = nullptr);

    /// Titles carry what the axes are: tr("First principal component"). Points that are not finite are left out.
    /// Colours, picks and the current point are forgotten.
    void setPoints(std::vector<QPointF> points, const QString& xTitle, const QString& yTitle);
    void clear() { setPoints({}, {}, {}); }

    /// Colours point i as groups[i], an index into names; anything else is drawn in grey.
    void colourByGroup(std::vector<int> groups, const QStringList& names);
    /// Colours points from low to high in steps that hold equally many of them; NaN is drawn in grey.
    void colourByValue(const std::vector<double>& values, const QString& quantity);

    void setPicked(const std::vector<int>& points); ///< none picked: all look alike
    const std::vector<int>& picked() const { return m_picked; }
    void setCurrent(int point); ///< rings a point; -1 for none
    void setLassoArmed(bool armed);

signals:
    void pointClicked(int point);
    void pickedChanged(const std::vector<int>& points);

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
    bool drawable(std::size_t point) const;
    int nearest(QPointF position) const; ///< -1 when none is near
    void pickInside(const QPolygonF& area, Qt::KeyboardModifiers modifiers);
    void rebuild();
    void placeRing();
    QColor groupColour(std::size_t group) const; ///< the last group is that of no group
    QString groupName(int group) const;

    std::vector<QPointF> m_points;
    std::vector<int> m_groups; ///< one per point
    QStringList m_names;       ///< one per group
    QString m_quantity;        ///< what the groups are steps of; empty when they are names
    std::vector<int> m_picked; ///< ascending
    int m_current = -1;

    struct Layers {
        QCPGraph* plain;  ///< points that are not picked
        QCPGraph* picked; ///< in front of all plain ones
    };
    std::vector<Layers> m_graphs; ///< one per group, and one for points of none
    QCPGraph* m_ring = nullptr;
    Lasso* m_lasso;
};

} // namespace vernier::ui
