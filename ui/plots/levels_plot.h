#pragma once

#include "ui/plots/plot_view.h"

#include <cstdint>
#include <vector>

class QCPBars;
class QCPGraph;

namespace vernier::ui {

/// Shows how many weights sit on each level of a grid, a bar per level in rising order, whatever lies between their
/// values. Levels that none sits on are marked on the axis.
class LevelsPlot : public PlotView {
    Q_OBJECT
public:
    explicit LevelsPlot(QWidget* parent = nullptr);

    /// values[i] rise; counts[i] weights sit on values[i]. valueTitle says what values are: tr("Code").
    void setLevels(std::vector<double> values, std::vector<std::uint64_t> counts, const QString& valueTitle);
    void clear() { setLevels({}, {}, {}); }

    void setLogarithmic(bool logarithmic);
    bool logarithmic() const { return m_logarithmic; }
    int unused() const; ///< levels without a weight

signals:
    void logarithmicChanged(bool logarithmic);

protected:
    void showAll() override;
    void applyColours() override;
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;
    QString readoutAt(QPointF position) const override;
    void addMenuActions(QMenu& menu) override;

private:
    void rebuild();
    double floor() const; ///< where the unused are marked

    std::vector<double> m_values;
    std::vector<std::uint64_t> m_counts;
    QCPBars* m_bars = nullptr;
    QCPGraph* m_unused = nullptr;
    bool m_logarithmic = false;
};

} // namespace vernier::ui
