#pragma once

#include "core/quantize/quantize_model.h"
#include "ui/plots/lines_plot.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace vernier::ui {

/// "model.layers.3.mlp.down_proj" as plots and tables write it: "3.down_proj".
QString linearLabel(const std::string& name);

/// The labels of reports, in their order.
QStringList linearLabels(const std::vector<LinearReport>& reports);

/// The relative errors of reports as a line.
LineSeries errorSeries(const QString& name, const std::vector<LinearReport>& reports);

} // namespace vernier::ui
