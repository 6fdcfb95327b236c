#pragma once

#include "core/tensor/matrix.h"

namespace vernier {

/// Is the nonlinearity of a feed-forward layer.
enum class Activation {
    Silu,      ///< x / (1 + e^−x)
    Gelu,      ///< x · Φ(x), Φ the normal distribution (Hendrycks & Gimpel 2016, arXiv 1606.08415)
    GeluTanh,  ///< x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
    QuickGelu, ///< x / (1 + e^(−1.702 x))
    Relu,      ///< max(x, 0)
};

/// y[i] = f(x[i]) over one row of n; y may be x.
void activateRow(Activation f, const float* x, Index n, float* y);

/// y[i] = f(gate[i]) · up[i] over one row of n (Shazeer 2020, arXiv 2002.05202).
void gateRow(Activation f, const float* gate, const float* up, Index n, float* y);

/// x[i] = cap · tanh(x[i] / cap) over one row of n.
void softCapRow(float cap, float* x, Index n);

} // namespace vernier
