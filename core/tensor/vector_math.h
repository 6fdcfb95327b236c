#pragma once

#include "core/tensor/matrix.h"

namespace vernier {

/// y[i] = x[i] · w[i] / sqrt(mean(x²) + epsilon), over one row of n (Zhang & Sennrich 2019).
void rmsNormRow(const float* x, const float* w, float epsilon, Index n, float* y);

/// y[i] = (x[i] − mean) · w[i] / sqrt(variance + epsilon) + b[i], over one row of n; the variance is that of the row,
/// divided by n (Ba et al. 2016, arXiv 1607.06450).
void layerNormRow(const float* x, const float* w, const float* b, float epsilon, Index n, float* y);

/// Softmax over x[0 … n) in place; the usual shift by the maximum.
void softmaxRow(float* x, Index n);

/// log(Σ e^x) over x[0 … n), the sum in double precision.
double logSumExp(const float* x, Index n);

/// y[i] += x[i].
void addTo(float* y, const float* x, Index n);

/// y[i] += factor · x[i].
void addScaled(float* y, const float* x, float factor, Index n);

/// Turns pairs (v[i], v[i + half]) by the angles of cosine[i], sine[i] (rotary positions, Hugging Face's half-split
/// order).
void rotateHalves(float* v, const float* cosine, const float* sine, Index half);

/// e^x with about 2 ulp, over x[0 … n) in place; below −87 it is 0.
void expInPlace(float* x, Index n);

} // namespace vernier
