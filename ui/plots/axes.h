#pragma once

class QCPAxis;

namespace vernier::ui {

/// What the ticks of an axis are written as.
enum class TickStyle {
    Number,  ///< 0.05, 12, 3e-7
    Compact, ///< 500, 20k, 3M: counts and sizes
    Integer, ///< whole steps only: layers, channels
};

/// Gives an axis a linear or logarithmic scale with matching ticks. A logarithmic axis keeps its range above zero.
void setAxisScale(QCPAxis& axis, bool logarithmic, TickStyle style);

/// Sets a range that holds [low, high] with some air; for a logarithmic axis low must be above zero, and the air is a
/// share of the decades. Survives low == high.
void setAxisRange(QCPAxis& axis, double low, double high, double air = 0.05);

} // namespace vernier::ui
