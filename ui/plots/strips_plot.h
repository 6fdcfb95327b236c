#pragma once

#include "ui/plots/matrix_plot.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace vernier::ui {

/// Is one quantity along whole numbers, to be seen as a strip of colours.
struct Strip {
    QString name;
    std::vector<double> values; ///< NaN where there is none
    QStringList texts;          ///< of the values, with their unit, as the tooltip writes them
    QString meaning;            ///< one line of the tooltip
    bool worstIsSmall = false;
    bool logarithmic = false; ///< coloured by the logarithm, as what spans decades is
};

/// Shows several quantities over depth, a strip of colours each from its best value to its worst, so that a bad place
/// is found in one glance.
class StripsPlot : public MatrixPlot {
    Q_OBJECT
public:
    explicit StripsPlot(QWidget* parent = nullptr);

    /// columnTitle says what is counted along the strips, columnName names one: "Block", tr("block %1").
    void setStrips(std::vector<Strip> strips, const QString& columnTitle, const QString& columnName);
    const std::vector<Strip>& strips() const { return m_strips; }
    /// Where a value lies between the best of its strip, 0, and the worst, 1; NaN where there is none.
    double share(std::size_t strip, std::size_t column) const;

    QSize minimumSizeHint() const override { return {220, 120}; }

protected:
    void writeCsv(QTextStream& out) const override;
    QString describe() const override;

private:
    std::size_t columns() const;
    QString readout(int row, int column) const;

    std::vector<Strip> m_strips;
    QString m_columnTitle, m_columnName;
};

} // namespace vernier::ui
