#pragma once

#include "ui/plots/plot_colours.h"

#include <QString>
#include <QWidget>

class QCPAxis;
class QCPLegend;
class QCustomPlot;
class QLabel;
class QMenu;
class QStackedLayout;
class QTextStream;

namespace vernier::ui {

enum class PictureFormat;

/// Frames one plot: theme colours, zoom and pan, empty state, readout under the mouse, exports and a description for
/// screen readers. Subclasses add the data; none of them needs a job to draw.
///
/// Wheel zooms, drag pans, double-click or R resets; the context menu exports.
class PlotView : public QWidget {
    Q_OBJECT
public:
    explicit PlotView(QWidget* parent = nullptr);
    ~PlotView() override;

    /// What the plot is of ("model.layers.3.mlp.down_proj:input"): accessible name, export title and file name.
    void setTitle(const QString& title);
    const QString& title() const { return m_title; }

    /// What stands in place of the plot while it has no data: what is missing and how to get it.
    void setEmptyText(const QString& hint);

    /// The numbers as drawn, one header line, comma-separated.
    QString csv() const;
    /// The picture as drawn, at its present size; vector formats are black on white.
    QByteArray picture(PictureFormat format, double scale = 1);

    /// Redraws at once and returns the milliseconds that took.
    double redrawNow();

    QSize sizeHint() const override { return {480, 260}; }
    QSize minimumSizeHint() const override { return {220, 140}; }

public slots:
    void resetView();
    void copyPicture();
    void copyCsv();

signals:
    void viewReset(); ///< everything is in sight again
    void exported(const QString& path);
    void exportFailed(const QString& path, const QString& reason);

protected:
    QCustomPlot& plot() const { return *m_plot; }
    const PlotColours& colours() const { return m_colours; }

    /// Call after the data changed: shows plot or empty text, sets colours, description and legend, queues a replot.
    void dataChanged(bool hasData);
    /// Call after only decorations changed: as dataChanged(), but what is in sight stays in sight.
    void decorationChanged();
    void replotLater();
    void setAxisTitles(const QString& x, const QString& y);
    void setZoomDirections(Qt::Orientations orientations);

    virtual void showAll() = 0;      ///< sets the axis ranges that hold all data
    virtual void applyColours() = 0; ///< gives every element the colours()
    virtual void writeCsv(QTextStream& out) const = 0;
    virtual QString describe() const = 0;                  ///< one sentence with the main numbers
    virtual QString readoutAt(QPointF position) const = 0; ///< tooltip; empty for none
    virtual void clicked(QPointF position);
    virtual void addMenuActions(QMenu& menu);

    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildPlot();
    void connectMouse();
    void applyTheme();
    void applyThemeTo(QCPAxis& axis);
    void arrangeLegend();
    void exportPicture(PictureFormat format, double scale);
    void exportCsv();
    void save(const QString& path, const QByteArray& bytes);
    QString askForPath(const QString& suffix, const QString& filter);

    QStackedLayout* m_pages = nullptr;
    QCustomPlot* m_plot = nullptr;
    QLabel* m_emptyText = nullptr;
    PlotColours m_colours;
    QString m_title;
    QPointF m_pressed;
    bool m_hasData = false;
};

/// A value as CSV wants it: shortest text that reads back as the same number; empty when not finite.
QString csvNumber(double value);
/// A text as CSV wants it: quoted where it has to be.
QString csvText(const QString& text);

} // namespace vernier::ui
