#pragma once

#include "ui/plots/plot_view.h"

#include <QStringList>

#include <vector>

class QCPBars;
class QCPBarsGroup;

namespace vernier::ui {

/// Is one named row of bars; values[i] belongs to category i, NaN leaves it out.
struct BarSeries {
    QString name;
    std::vector<double> values;
};

/// Shows quantities by category, one horizontal bar per series beside each other: the share of each domain in a set and
/// in the text it is to stand for.
class BarsPlot : public PlotView {
    Q_OBJECT
public:
    explicit BarsPlot(QWidget* parent = nullptr);
    ~BarsPlot() override;

    /// valueTitle carries the unit: tr("Share of tokens (%)").
    void setBars(const QStringList& categories, std::vector<BarSeries> series, const QString& valueTitle);
    void clear() { setBars({}, {}, {}); }

signals:
    void categoryClicked(int category);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void clicked(QPointF position) override;

private:
    int categoryAt(QPointF position) const; ///< -1 outside
    void rebuild();

    QStringList m_categories;
    std::vector<BarSeries> m_series;
    QString m_valueTitle;
    std::vector<QCPBars*> m_bars;
    QCPBarsGroup* m_group = nullptr;
};

} // namespace vernier::ui
