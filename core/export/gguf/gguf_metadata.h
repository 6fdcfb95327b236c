#pragma once

#include "core/export/gguf/gguf_names.h"
#include "core/export/gguf/gguf_value.h"

#include <optional>
#include <vector>

namespace vernier {

/// Throws Error{Unsupported} naming what llama.cpp's graph of the family does not have: another family, rotary
/// positions that stretch with the text or otherwise for long ones, a part of the head that turns, an activation other
/// than SiLU.
const GgufFamily& requireGgufFamily(const ArchitectureSpec& spec);

/// The keys of an architecture: "llama.block_count", "llama.rope.freq_base", …
GgufMetadata ggufArchitecture(const ArchitectureSpec& spec, const GgufFamily& family);

/// What llama.cpp's YaRN scales cosines and sines by before its own "attn_factor": 1 + 0.1 ln(factor).
double ggufYarnAttention(double factor);

/// Divisors of the rotary frequencies, [size / 2], where they are not scaled evenly (Llama 3, LongRoPE): what the
/// tensor rope_freqs.weight holds. Empty for others.
std::vector<float> ggufRotaryFactors(const ArchitectureSpec& spec);

} // namespace vernier
