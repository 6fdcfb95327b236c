#pragma once

#include "core/model/model.h"
#include "core/quantize/quantize_settings.h"

#include <optional>

class QWidget;

namespace vernier::ui {

/// Asks how large the model may be and gives the settings with the finest grid that stays under that; nothing when the
/// user cancels.
std::optional<QuantizeSettings> askForSize(const Model& model, const QuantizeSettings& settings, QWidget* parent);

} // namespace vernier::ui
