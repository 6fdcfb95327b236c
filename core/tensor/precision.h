#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vernier {

/// Is the number format that matrix products read. Sums and results are float32 in both.
enum class Precision {
    F32, ///< float32 weights and activations
    BF16 ///< weights rounded once and activations once per product to bfloat16, half to even
};

std::string_view name(Precision precision); ///< "f32", "bf16"
std::optional<Precision> precisionFromName(std::string_view name);

/// Says whether this processor multiplies bfloat16 in hardware (AVX512_BF16 or AMX); without, bf16 would be slower than
/// float32.
bool hasBf16Units();

/// The precision to compute in when one is wished for: F32 where the processor has no units for the wish.
Precision usablePrecision(Precision wished);

/// A sentence for the user when usablePrecision() differs from the wish; empty otherwise.
std::string whyNotPrecision(Precision wished);

} // namespace vernier
