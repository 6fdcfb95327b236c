#include "core/tensor/activations.h"

#include "core/tensor/exponential.h"
#include "core/tensor/multiversion.h"

namespace vernier {

namespace {

inline float sigmoid(float x) {
    return 1.0f / (1.0f + exponential(-x));
}

// tanh(x) = 1 − 2 / (1 + e^2x). Near 0 that loses digits to cancellation, but no more than 1e-7 of what it is added to
// or scaled by here.
inline float hyperbolicTangent(float x) {
    return 1.0f - 2.0f / (1.0f + exponential(2.0f * x));
}

// (1 + tanh(z)) / 2 = sigmoid(2 z).
inline float geluTanh(float x) {
    return x * sigmoid(1.5957691216f * (x + 0.044715f * x * x * x));
}

// Φ(x) = erfc(−x / √2) / 2 with erfc by formula 7.1.26 of Abramowitz & Stegun, whose error is below 1.5e-7.
inline float gelu(float x) {
    const float z = (x < 0.0f ? -x : x) * 0.70710678f;
    const float t = 1.0f / (1.0f + 0.3275911f * z);
    float p = 1.061405429f;
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    const float tail = 0.5f * p * t * exponential(-z * z); // the smaller of Φ(x) and Φ(−x)
    return x * (x < 0.0f ? tail : 1.0f - tail);
}

// One loop per function, so that each is compiled to vector instructions of its own. The up factors are absent where
// the layer is not gated.
#define VERNIER_ROW(NAME, EXPRESSION)                                                                                  \
    VERNIER_MULTIVERSION void NAME##Row(const float* x, Index n, float* y) {                                           \
        for (Index i = 0; i < n; ++i)                                                                                  \
            y[i] = EXPRESSION(x[i]);                                                                                   \
    }                                                                                                                  \
    VERNIER_MULTIVERSION void NAME##Gate(const float* x, const float* up, Index n, float* y) {                         \
        for (Index i = 0; i < n; ++i)                                                                                  \
            y[i] = EXPRESSION(x[i]) * up[i];                                                                           \
    }

inline float silu(float x) {
    return x * sigmoid(x);
}
inline float quickGelu(float x) {
    return x * sigmoid(1.702f * x);
}
inline float relu(float x) {
    return x > 0.0f ? x : 0.0f;
}

VERNIER_ROW(silu, silu)
VERNIER_ROW(gelu, gelu)
VERNIER_ROW(geluTanh, geluTanh)
VERNIER_ROW(quickGelu, quickGelu)
VERNIER_ROW(relu, relu)

#undef VERNIER_ROW

} // namespace

void activateRow(Activation f, const float* x, Index n, float* y) {
    switch (f) {
    case Activation::Silu:
        return siluRow(x, n, y);
    case Activation::Gelu:
        return geluRow(x, n, y);
    case Activation::GeluTanh:
        return geluTanhRow(x, n, y);
    case Activation::QuickGelu:
        return quickGeluRow(x, n, y);
    case Activation::Relu:
        return reluRow(x, n, y);
    }
}

void gateRow(Activation f, const float* gate, const float* up, Index n, float* y) {
    switch (f) {
    case Activation::Silu:
        return siluGate(gate, up, n, y);
    case Activation::Gelu:
        return geluGate(gate, up, n, y);
    case Activation::GeluTanh:
        return geluTanhGate(gate, up, n, y);
    case Activation::QuickGelu:
        return quickGeluGate(gate, up, n, y);
    case Activation::Relu:
        return reluGate(gate, up, n, y);
    }
}

VERNIER_MULTIVERSION void softCapRow(float cap, float* x, Index n) {
    const float inverse = 1.0f / cap;
    for (Index i = 0; i < n; ++i)
        x[i] = cap * hyperbolicTangent(x[i] * inverse);
}

} // namespace vernier
