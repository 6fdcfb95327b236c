#pragma once

#include <QString>

#include <cstdint>

namespace vernier::ui {

/// Numbers as plots write them on axes and in readouts, in the user's locale.

/// Significant digits, plain between 1e-4 and 1e6 and as 1.2e-7 outside; "–" for what is not finite.
QString formatNumber(double value, int digits = 4);

/// 950, 1.2k, 34M
QString formatCompact(double value);

/// "-3.21 … 8.4"
QString formatRange(double low, double high, int digits = 4);

/// "1,234,567"
QString formatWhole(std::uint64_t count);

} // namespace vernier::ui
