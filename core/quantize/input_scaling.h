#pragma once

#include "core/calibrate/block_statistics.h"
#include "core/model/model.h"
#include "core/quantize/quantize_settings.h"

#include <string>
#include <vector>

namespace vernier {

/// Holds the factors that the columns of an input group's weights are multiplied by before rounding, and what was found
/// on the way.
struct InputScaling {
    std::vector<double> scales; ///< [in]; empty: none
    double exponent = 0;        ///< AWQ's r
    bool duo = false;           ///< AWQ: the scales look at the weights
};

/// Finds the scaling of one input group as the settings say (AWQ, SmoothQuant; none for other methods, for inputs that
/// no token reached, and with foldableOnly where the architecture has nowhere to take the factors out). Where they go
/// into a norm they are changed so that the norm, divided by them and rounded as the checkpoint stores it, is exactly
/// what the run assumes.
InputScaling findInputScaling(const Model& model, int block, std::size_t group, const std::vector<Matrix>& weights,
                              const TapStatistics& tap, const Gram& gram, const QuantizeSettings& settings,
                              JobContext& job);

/// SmoothQuant's factors (Xiao et al. 2022, arXiv 2211.10438): max|X_j|^alpha / max|W_j|^(1 − alpha) per input channel,
/// at least 1e-5, the maximum over all rows of all weights [out_i, in].
std::vector<double> smoothScales(std::span<const MatrixView<const float>> weights, std::span<const double> maxAbs,
                                 double alpha);

/// The Gram of inputs divided by the scales: H[i, j] / (s[i] s[j]).
Gram scaledGram(const Gram& gram, const std::vector<double>& scales);

} // namespace vernier
