#pragma once

#include "core/dataset/token_windows.h"
#include "core/export/export_checkpoint.h"

#include <vector>

namespace vernier::test {

/// Is a run of the demo model, quantized on a few windows of its calibration text.
struct DemoRun {
    explicit DemoRun(QuantizeSettings settings);

    ExportSource source() const;
    /// On the windows of perplexityOf.
    double perplexity() const;

    Model model;
    QuantizeSettings settings;
    std::vector<QuantizedBlock> blocks;
};

/// Perplexity of a changed model on a few windows of the demo's evaluation text.
double perplexityOf(const Model& model, const ModelChanges& changes);

} // namespace vernier::test
