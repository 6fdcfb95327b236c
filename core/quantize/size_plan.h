#pragma once

#include "core/model/architecture.h"
#include "core/quantize/quantize_settings.h"

#include <cstdint>
#include <optional>

namespace vernier {

/// Is what the linears of a model take once quantized, as Run counts it; known before anything is computed.
struct SizePlan {
    std::uint64_t storedBytes = 0; ///< codes, scales, zero points and group indices
    std::int64_t parameters = 0;

    double bitsPerWeight() const; ///< 0 for no parameters
};

/// Linears that overrides skip stay in 16 bits and count as that. Throws Error{Input} as Scheme::validate.
SizePlan plannedSize(const ArchitectureSpec& spec, const QuantizeSettings& settings);

/// The settings with the integer grid of the most bits, and of those the finest groups (32, 64, 128, a row), whose
/// linears take at most so many bytes; what else the settings say stays. Nothing when 2 bits with a grid per row are
/// too many. Throws as plannedSize().
std::optional<QuantizeSettings> largestUnder(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                                             std::uint64_t bytes);

} // namespace vernier
