#include "ui/layers/linear_facts.h"

#include "ui/bridge/text.h"
#include "ui/plots/number_format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace vernier::ui {

namespace {

constexpr Index kMostCells = 1024; ///< each way; more than the pixels of a plot

QString text(const char* source) {
    return QCoreApplication::translate("WeightView", source);
}

QString rangeText(const NumberRange& range) {
    return range.low == range.high ? formatNumber(range.low) : formatRange(range.low, range.high);
}

QString gridText(const LinearFacts& linear) {
    const WeightNumbers& is = linear.numbers;
    QStringList parts{fromUtf8(linear.weights.codes->scheme.text())};
    if (!linear.weights.codes->groupIndex.empty())
        parts += text("columns grouped by a list (act-order)");
    parts += text("%1 of %2 levels unused").arg(is.usage.unused()).arg(is.usage.levels.size());
    parts += text("%1 at the ends").arg(formatPercent(is.usage.endShare(), 1));
    parts += text("scales %1").arg(rangeText(is.scales));
    if (is.zeros)
        parts += text("zero points %1").arg(rangeText(*is.zeros));
    if (is.minimums)
        parts += text("minimums %1").arg(rangeText(*is.minimums));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

LinearFacts readLinear(Workbench& bench, const Workbench::OpenModel& model, const Run* run, const std::string& linear,
                       JobContext& job) {
    LinearFacts facts;
    facts.name = fromUtf8(linear);
    facts.weights = run ? runWeights(bench, *run, linear, job) : originalWeights(model, linear, job);
    facts.numbers = weightNumbers(facts.weights, job);
    if (!run)
        return facts;
    facts.runName = fromUtf8(run->name);
    if (const auto report = std::ranges::find(run->reports, linear, &LinearReport::name); report != run->reports.end())
        facts.outputError = report->relativeError;
    return facts;
}

QString quantityName(WeightQuantity quantity) {
    switch (quantity) {
    case WeightQuantity::Original:
        return text("Original");
    case WeightQuantity::Dequantized:
        return text("Dequantized");
    case WeightQuantity::Error:
        return text("Error");
    case WeightQuantity::Codes:
        return text("Codes");
    case WeightQuantity::Scales:
        return text("Group scales");
    case WeightQuantity::Zeros:
        return text("Zero points");
    case WeightQuantity::Minimums:
        return text("Group minimums");
    }
    return {};
}

QString quantityTitle(WeightQuantity quantity) {
    switch (quantity) {
    case WeightQuantity::Original:
        return text("Weight (weight units)");
    case WeightQuantity::Dequantized:
        return text("Dequantized (weight units)");
    case WeightQuantity::Error:
        return text("Error (weight units)");
    case WeightQuantity::Codes:
        return text("Code (grid steps)");
    case WeightQuantity::Scales:
        return text("Scale (weight units per step)");
    case WeightQuantity::Zeros:
        return text("Zero point (code)");
    case WeightQuantity::Minimums:
        return text("Minimum (weight units)");
    }
    return {};
}

QString numbersText(const LinearFacts& linear) {
    const WeightNumbers& is = linear.numbers;
    const QString shape = text("%1 × %2").arg(is.out).arg(is.in);
    if (!linear.weights.codes)
        return text("%1 · root mean square %2 · largest |w| %3")
            .arg(shape, formatNumber(is.rms), formatNumber(is.largest));
    QStringList parts{shape, text("SQNR %1 dB").arg(formatFixed(is.sqnrDb, 2)),
                      text("relative error %1").arg(formatSignificant(is.relativeError))};
    if (linear.outputError)
        parts.last() += text(" (of the output %1)").arg(formatSignificant(*linear.outputError));
    parts += text("largest |error| %1 at [%2, %3]")
                 .arg(formatSignificant(is.largestError))
                 .arg(is.worstRow)
                 .arg(is.worstColumn);
    return parts.join(QStringLiteral(" · ")) + QLatin1Char('\n') + gridText(linear);
}

QString elementText(const LinearFacts& linear, WeightQuantity quantity, int row, int column) {
    const LinearWeights& weights = linear.weights;
    const auto value = [&](WeightQuantity of, Index at) { return formatNumber(valueAt(weights, of, row, at)); };
    const bool groups = isOfGroups(quantity);
    QString lines =
        groups ? text("row %1, group %2").arg(row).arg(column) : text("row %1, column %2").arg(row).arg(column);
    if (!groups)
        lines += text("\noriginal %1").arg(value(WeightQuantity::Original, column));
    if (!weights.codes)
        return lines;
    if (!groups)
        lines += text("\ndequantized %1\nerror %2\ncode %3")
                     .arg(value(WeightQuantity::Dequantized, column), value(WeightQuantity::Error, column),
                          value(WeightQuantity::Codes, column));
    const Index group = groups ? column : weights.codes->groupOf(column);
    lines += text("\nscale %1").arg(value(WeightQuantity::Scales, group));
    if (linear.numbers.zeros)
        lines += text("\nzero point %1").arg(value(WeightQuantity::Zeros, group));
    if (linear.numbers.minimums)
        lines += text("\nminimum %1").arg(value(WeightQuantity::Minimums, group));
    return groups ? lines : lines + text("\ngroup %1").arg(group);
}

MatrixCells cellsOf(const LinearWeights& weights, WeightQuantity quantity, const QRect& region, const JobContext& job) {
    const WeightMap map =
        weightMap(weights, quantity, {region.top(), region.left(), region.height(), region.width()}, kMostCells, job);
    MatrixCells cells;
    cells.region = {static_cast<int>(map.region.firstColumn), static_cast<int>(map.region.firstRow),
                    static_cast<int>(map.region.columns), static_cast<int>(map.region.rows)};
    cells.rowsPerCell = static_cast<int>(map.rowsPerCell);
    cells.columnsPerCell = static_cast<int>(map.columnsPerCell);
    cells.values.assign(map.cells.values().begin(), map.cells.values().end());
    return cells;
}

} // namespace vernier::ui
