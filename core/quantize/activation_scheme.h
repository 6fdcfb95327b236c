#pragma once

#include "core/calibrate/chosen_range.h"
#include "core/calibrate/clipping.h"

#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is what activations share a grid with.
enum class ActivationGrids {
    PerToken,  ///< each token's values at a linear's input, as they come (dynamic)
    PerTensor, ///< all values at a linear's input, by the range the calibration saw (static)
};

std::string name(ActivationGrids grids);                        ///< "per-token", "per-tensor"
ActivationGrids activationGridsFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Says how values are rounded on their way through the model: in front of every quantized linear, and as keys and
/// values are cached.
struct ActivationScheme {
    static constexpr int kExact = 16;

    int bits = kExact; ///< 4 … 8, or 16 for values as they are
    ActivationGrids grids = ActivationGrids::PerToken;
    bool symmetric = true;                          ///< zero point fixed
    ClippingMethod ranges = ClippingMethod::MinMax; ///< PerTensor: how a range is found; not Entropy on scaled inputs
    double percentile = 99.99;                      ///< PerTensor, ClippingMethod::Percentile
    std::vector<ChosenRange> chosen{}; ///< PerTensor: ranges that a person settled on; they win over `ranges`
    int keyValueBits = kExact; ///< 4 or 8: keys and values get a grid per token and head, with a zero point; or 16

    bool rounds() const { return bits != kExact; }
    bool roundsCache() const { return keyValueBits != kExact; }
    bool isStatic() const { return rounds() && grids == ActivationGrids::PerTensor; }
    void validate() const; ///< throws Error{Input} naming the field and the allowed range
    /// "activations 8 bits per token, keys and values 4 bits"; empty where nothing is rounded
    std::string text() const;
    bool operator==(const ActivationScheme&) const = default;
};

} // namespace vernier
