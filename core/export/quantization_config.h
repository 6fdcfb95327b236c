#pragma once

#include "core/export/export_format.h"

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// The "quantization_config" of config.json for a format that has one (GPTQ, AWQ, compressed-tensors); null for others.
/// Linears of other bits, groups or symmetry than most, and those kept in full precision, are named in it.
nlohmann::ordered_json quantizationConfig(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                                          ExportFormat format);

/// config.json of the exported model: the original text's keys in their order, with the quantization config, and with
/// float16 as type to compute in where scales are float16, because loaders would otherwise round them to bfloat16.
nlohmann::ordered_json exportedConfig(const nlohmann::ordered_json& original, const ArchitectureSpec& spec,
                                      const QuantizeSettings& settings, ExportFormat format);

} // namespace vernier
