#pragma once

#include <QRectF>
#include <QSizeF>

#include <vector>

namespace vernier::ui {

/// Finds a place beside each point for its label, so that labels cover neither each other nor points nor what is taken
/// already, and stay inside area. All in pixels. A label that finds no place gets a null rectangle and is not drawn;
/// its tooltip still tells.
std::vector<QRectF> placeLabels(const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                const QRectF& area, double gap, std::vector<QRectF> taken = {});

} // namespace vernier::ui
