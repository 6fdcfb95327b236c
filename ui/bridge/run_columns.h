#pragma once

#include "core/workbench/compare.h"

#include <QString>

#include <optional>

namespace vernier::ui {

/// Says what stands in the columns of a table of runs: titles, texts, and the numbers behind them. Behind the columns
/// named here come those of the domains, one perplexity each.
struct RunColumns {
    enum Column {
        Name,
        Method,
        Bits,
        Group,
        Set,
        Settings, ///< those that differ and have no column of their own
        BitsPerWeight,
        Size,
        Perplexity,
        Loss,
        Kl,
        Top1,
        LayerError,
        Time,
        Tags,
        Note,
        ColumnCount
    };

    static QString title(int column);
    static QString toolTip(int column);
    static QString text(const ComparisonRow& row, int column);
    /// The number of a column; none where the run has none or the column has texts.
    static std::optional<double> number(const ComparisonRow& row, int column);
    static bool isNumeric(int column);
    /// Which end of a result is good: -1 low, 1 high, 0 neither.
    static int preference(int column);
    /// Whether two runs may be compared in a column: perplexities want the same text, layer errors the same set.
    static bool isComparable(const ComparisonRow& a, const ComparisonRow& b, int column);

    // Of a column that holds a perplexity by domain.
    static QString domainTitle(const QString& domain);
    static QString domainToolTip(const QString& domain);

    /// A difference in the form of the column's numbers, with its sign: "+0.0112", "−1.25 MB", "0".
    static QString difference(double value, int column);
    static QString formatNumber(double value, int column); ///< as the column writes it
};

} // namespace vernier::ui
