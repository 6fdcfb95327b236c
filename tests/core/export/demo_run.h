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

/// Perplexity of a model on a few windows of the demo's evaluation text, with some linears replaced.
double perplexityOf(const Model& model, const LinearSource& linears);

} // namespace vernier::test
