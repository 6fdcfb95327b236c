#pragma once

#include "core/quantize/bit_allocation.h"
#include "core/store/project.h"
#include "core/workbench/evaluate.h"

#include <string>
#include <vector>

namespace vernier {

/// Says what bits are to be chosen from, and for what.
struct MixedPrecisionRequest {
    QuantizeSettings settings;     ///< of the run to be made; its overrides win over the choice
    CalibrationRecord calibration; ///< whose Grams the errors of each choice come from
    std::vector<int> bits = {2, 3, 4, 5, 6, 8};
    double bitsPerWeight = 4; ///< budget, over the quantized linears, scales and zero points included
    bool measured = true;     ///< weigh errors by measured sensitivities; false: by relative errors alone
    EvaluationData data;      ///< text the sensitivities are measured on

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Is a linear with the errors of its choices.
struct LinearChoices {
    std::string name;
    std::int64_t parameters = 0;
    std::vector<BitChoice> choices; ///< in the order of the bits asked for
    double sensitivity = 0;         ///< measured KL at sensitivityBits; 0 when it was not
    int pickedBits = 0;
};

/// Is a point of the trade-off curve.
struct TradeOff {
    double bitsPerWeight = 0;
    double cost = 0;
};

/// Is a choice of bits for every linear.
struct MixedPrecision {
    QuantizeSettings settings; ///< those asked for, with an override per linear whose bits differ
    std::vector<LinearChoices> linears;
    std::vector<TradeOff> curve; ///< from the fewest to the most bits
    double bitsPerWeight = 0, cost = 0;
    int sensitivityBits = 0; ///< 0 when nothing was measured
    std::string costText;    ///< what costs are: "sum of KL in nats, each linear alone", …
};

/// Chooses bits for every linear so that the summed cost is least within the budget. Every linear is quantized with all
/// choices under the Grams of the calibration, which needs no forward pass; the cost of a choice is its relative output
/// error times the linear's share of parameters or, measured, times KL / relative error of that linear alone at one of
/// the choices. Progress counts blocks. Throws Error{Input} when the fewest bits are beyond the budget.
MixedPrecision chooseBits(Workbench& bench, const Project& project, const MixedPrecisionRequest& request,
                          JobContext& job);

} // namespace vernier
