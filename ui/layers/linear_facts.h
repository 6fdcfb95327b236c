#pragma once

#include "core/workbench/linear_weights.h"
#include "ui/plots/matrix_plot.h"

#include <QString>

#include <optional>

namespace vernier::ui {

/// Holds a linear as it is looked at: its weight, what the run made of it, and the numbers of both.
struct LinearFacts {
    QString name;    ///< in full
    QString runName; ///< empty: no run is looked at
    LinearWeights weights;
    WeightNumbers numbers;
    std::optional<double> outputError; ///< as the run reported it: of what the linear gives
};

/// Reads a linear and computes its numbers; run is null for the original alone. Reads the cache for a run.
LinearFacts readLinear(Workbench& bench, const Workbench::OpenModel& model, const Run* run, const std::string& linear,
                       JobContext& job);

QString quantityName(WeightQuantity quantity);  ///< "Dequantized"
QString quantityTitle(WeightQuantity quantity); ///< with the unit: "Error, dequantized − original (weight units)"

/// Two lines: what the error is, and how the grid is used.
QString numbersText(const LinearFacts& linear);
/// What stands at an element; column is a group for quantities of groups.
QString elementText(const LinearFacts& linear, WeightQuantity quantity, int row, int column);

/// The cells of a region as the plot wants them.
MatrixCells cellsOf(const LinearWeights& weights, WeightQuantity quantity, const QRect& region, const JobContext& job);

} // namespace vernier::ui
