#pragma once

#include "core/quantize/quantize_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a named set of settings: what another tool does when nothing is said, with its quirks, or what serves a purpose.
struct Preset {
    std::string name;        ///< "gptqmodel"
    std::string description; ///< one line
    QuantizeSettings settings;
};

const std::vector<Preset>& presets();

/// Throws Error{Input} listing the known names.
const Preset& presetFromName(std::string_view name);

} // namespace vernier
