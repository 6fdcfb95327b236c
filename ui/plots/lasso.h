#pragma once

#include <QObject>
#include <QPolygonF>

class QCPCurve;
class QCustomPlot;
class QMouseEvent;

namespace vernier::ui {

/// Lets the mouse draw a closed line over a plot: with Shift held, or always while armed. The line stands on a layer of
/// its own, so that drawing it costs no redraw of the data. Internal to ui/plots.
class Lasso : public QObject {
    Q_OBJECT
public:
    explicit Lasso(QCustomPlot& plot);

    void setArmed(bool armed) { m_armed = armed; }
    bool armed() const { return m_armed; }
    bool isDrawing() const { return m_drawing; }
    void setColour(const QColor& colour);
    /// Gives up the line that is being drawn.
    void abandon();

signals:
    /// area is in pixels of the plot. Ctrl adds to what is picked, Alt takes away from it.
    void closed(const QPolygonF& area, Qt::KeyboardModifiers modifiers);

private:
    void press(QMouseEvent* event);
    void move(QMouseEvent* event);
    void release(QMouseEvent* event);
    void draw();
    void end();

    QCustomPlot& m_plot;
    QCPCurve* m_line;
    QPolygonF m_area;
    bool m_armed = false;
    bool m_drawing = false;
};

} // namespace vernier::ui
