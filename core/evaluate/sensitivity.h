#pragma once

#include "core/base/job.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model.h"
#include "core/tensor/precision.h"

#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Measures what quantizing one linear alone does to the model's predictions. Blocks are measured in order: each linear
/// is tried from the hidden states that enter its block, which are kept, so that a linear of block b costs the blocks
/// from b on.
class SensitivityMeter {
public:
    /// Runs the model once for its own predictions; all are referred to. Throws as finalHidden().
    SensitivityMeter(const Model& model, const TokenWindows& windows, const HiddenPlace& place, Precision precision,
                     const JobContext& job);

    /// Mean KL(P_fp ‖ P_q) in nats, by linear: with that linear as `quantized` gives it and all else exact. block must
    /// be 0 at the first call, then 1, … Cancelled between blocks.
    std::vector<double> measure(int block, std::span<const std::string> linears, const LinearSource& quantized);

private:
    HiddenStates states() const;
    std::vector<double> measureSome(int block, std::span<const std::string> linears, const LinearSource& quantized);

    const Model& m_model;
    const TokenWindows& m_windows;
    HiddenPlace m_place;
    Precision m_precision;
    JobContext m_job;
    HiddenStates m_before;    ///< what enters the next block
    HiddenStates m_reference; ///< what leaves the last one
    int m_next = 0;
};

} // namespace vernier
