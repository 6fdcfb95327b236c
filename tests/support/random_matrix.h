#pragma once

#include "core/tensor/matrix.h"

#include <random>

namespace vernier::test {

/// A matrix of normally distributed numbers; the same seed gives the same matrix.
inline Matrix randomMatrix(Index rows, Index cols, unsigned seed, float mean = 0.0f, float deviation = 1.0f) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal(mean, deviation);
    Matrix matrix(rows, cols);
    for (Index i = 0; i < rows * cols; ++i)
        matrix.data()[i] = normal(engine);
    return matrix;
}

} // namespace vernier::test
