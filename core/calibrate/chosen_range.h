#pragma once

#include "core/calibrate/range_judge.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is the clipping range that a person has settled on for a tap; static activation schemes round to it.
struct ChosenRange {
    std::string tap;                      ///< "model.layers.3.mlp.down_proj:input"
    std::optional<ClippingMethod> method; ///< that found it; nothing: set by hand
    double low = 0, high = 0;             ///< low ≤ 0 ≤ high

    /// Throws Error{Input} naming the tap and what is wrong: no name, not finite, without zero, or empty.
    void validate() const;
    bool operator==(const ChosenRange&) const = default;
};

/// "MSE", or "by hand"
std::string methodText(const ChosenRange& range);

/// The method of a name as name(ClippingMethod) writes it; nothing for "by hand". Throws Error{Input} listing them all.
std::optional<ClippingMethod> chosenMethodFromText(const std::string& text);

/// The range chosen for a tap; null when there is none.
const ChosenRange* findChosenRange(std::span<const ChosenRange> ranges, const std::string& tap);

/// Puts a range in the place of the tap's earlier one, or behind the others. Throws as validate().
void setChosenRange(std::vector<ChosenRange>& ranges, const ChosenRange& range);

/// Whether there was one to remove.
bool removeChosenRange(std::vector<ChosenRange>& ranges, const std::string& tap);

} // namespace vernier
