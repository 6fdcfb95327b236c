#include "tests/core/quantize/random_layer.h"

#include <cmath>
#include <random>

namespace vernier::test {

RandomLayer randomLayer(Index out, Index in, unsigned seed, Index tokens) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    RandomLayer layer{Matrix(out, in), Gram(in), std::vector<double>(static_cast<std::size_t>(in))};
    for (Index i = 0; i < out * in; ++i)
        layer.weight.data()[i] = 0.05f * normal(random);
    Matrix x(tokens, in);
    for (Index t = 0; t < tokens; ++t) {
        float walk = 0;
        for (Index c = 0; c < in; ++c) {
            walk = 0.9f * walk + normal(random);
            x(t, c) = c % 37 == 5 ? 20.0f * walk : walk;
            layer.meanAbs[static_cast<std::size_t>(c)] +=
                std::abs(static_cast<double>(x(t, c))) / static_cast<double>(tokens);
        }
    }
    layer.gram.observe(x.view());
    return layer;
}

double naiveError(const Matrix& a, const Matrix& b, const Gram& gram, double damp) {
    const Index in = a.cols();
    double sum = 0;
    std::vector<double> d(static_cast<std::size_t>(in));
    for (Index row = 0; row < a.rows(); ++row) {
        for (Index c = 0; c < in; ++c)
            d[static_cast<std::size_t>(c)] = static_cast<double>(a(row, c)) - static_cast<double>(b(row, c));
        for (Index i = 0; i < in; ++i) {
            const double di = d[static_cast<std::size_t>(i)];
            double product = 0;
            for (Index j = 0; j < in; ++j)
                product += static_cast<double>(gram.sum()(i, j)) * d[static_cast<std::size_t>(j)];
            sum += di * (product / static_cast<double>(gram.tokens()) + damp * di);
        }
    }
    return sum;
}

double agreement(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        equal += a[i] == b[i];
    return static_cast<double>(equal) / static_cast<double>(a.size());
}

} // namespace vernier::test
