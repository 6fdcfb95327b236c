#pragma once

#include "core/base/job.h"
#include "core/calibrate/hidden_states.h"
#include "core/calibrate/not_finite.h"
#include "core/dataset/token_windows.h"
#include "core/model/model.h"
#include "core/tensor/precision.h"

namespace vernier {

/// Tokens whose logits are in memory at once.
inline constexpr Index kLogitRows = 512;

/// Runs the head over hidden states as the last block left them and gathers what its output shows, a channel for every
/// entry of the vocabulary (ArchitectureSpec::logitsTap()); padding is left out. Never with histograms per channel,
/// for nobody quantizes logits by the channel. Throws Error{Numeric} as observeBlock does, Cancelled.
TapStatistics observeLogits(const Model& model, const HiddenStates& hidden, const TokenWindows& windows,
                            const ObserverOptions& options, Precision precision, const JobContext& job,
                            const DocumentName& documentName = {});

} // namespace vernier
