#pragma once

#include "core/base/job.h"
#include "core/calibrate/block_statistics.h"
#include "core/calibrate/hidden_states.h"
#include "core/dataset/token_windows.h"
#include "core/model/model_changes.h"
#include "core/quantize/activation_rounding.h"
#include "core/quantize/quantize_settings.h"
#include "core/quantize/quantized_linear.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vernier {

/// Says how one linear came out.
struct LinearReport {
    std::string name;         ///< "model.layers.3.mlp.down_proj"
    double relativeError = 0; ///< tr(dW H dWᵀ) / tr(W H Wᵀ), H of the inputs it was quantized with
    double sqnrDb = 0;
    std::uint64_t storedBytes = 0;
    std::int64_t parameters = 0;
    double exponent = 0;    ///< AWQ's r
    double dampPercent = 0; ///< GPTQ: the damping that worked
    std::int64_t deadColumns = 0;
    std::string how{};                 ///< "gptq", "rtn", "rtn: no token reached it", "kept"
    std::vector<double> dampHistory{}; ///< GPTQ: all that were tried

    double bitsPerWeight() const {
        return parameters > 0 ? 8.0 * static_cast<double>(storedBytes) / static_cast<double>(parameters) : 0.0;
    }
};

/// Is where the values at a linear's input lie, divided by the input's scales.
struct InputRange {
    double low = 0, high = 0;
};

/// Is one block of a quantized model.
struct QuantizedBlock {
    int block = 0;
    std::vector<InputRange> inputRanges;            ///< by input group, of static activation grids; empty for others
    std::map<std::string, QuantizedLinear> linears; ///< by full name; those kept in full precision are absent
    std::vector<LinearReport> reports;              ///< in the order in which they were solved
};

/// Watches, and may shorten, the quantization of a model.
struct QuantizeHooks {
    /// Gives a block that an earlier, interrupted quantization with the same inputs has finished, or nothing. May be
    /// asked twice for a block.
    std::function<std::optional<QuantizedBlock>(int block)> known;
    /// Gives the full-precision statistics and Grams of a block, asked for in order, when the settings take Grams from
    /// there; no forward pass is run then.
    std::function<std::shared_ptr<const BlockStatistics>(int block)> statistics;
    /// Receives each linear's report as soon as it is solved.
    std::function<void(const LinearReport&)> onLinear;
    /// Receives each block as soon as it is solved, known ones too.
    std::function<void(const QuantizedBlock&)> onBlock;
    DocumentName documentName; ///< for errors
};

/// Quantizes the linears of all blocks in order. Unless the settings say otherwise, the Grams of a block are gathered
/// with its own weights still in full precision and all earlier blocks quantized, as in the GPTQ paper. Hidden states
/// are kept where `place` says; with a checkpoint, a killed quantization is taken up at the block that was in flight.
/// Progress counts linears. Same codes at any thread count and wherever the hidden states are.
void quantizeModel(const Model& model, const TokenWindows& windows, const QuantizeSettings& settings, HiddenPlace place,
                   const QuantizeHooks& hooks, JobContext& job);

/// The dequantized weights of a block as replacements for the stored ones; refers to the block.
LinearSource sourceOf(const QuantizedBlock& block);

/// How the values in a block of a run are rounded. Throws Error{Input} when a static grid has no range.
BlockActivations activationsOf(const ArchitectureSpec& spec, const QuantizeSettings& settings,
                               const QuantizedBlock& block);

} // namespace vernier
