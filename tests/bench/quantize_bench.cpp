#include "core/model/block.h"
#include "core/quantize/awq.h"
#include "core/quantize/gptq.h"
#include "core/quantize/mean_squares.h"
#include "core/quantize/rtn.h"
#include "core/tensor/packed_weight.h"
#include "tests/bench/measure.h"
#include "tests/support/random_matrix.h"

#include <cmath>

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

constexpr Index kSize = 4096;
constexpr int kRounds = 3;

const Peak& peak() {
    static const Peak measured = matrixPeak(Precision::F32);
    return measured;
}

/// A weight [4096, 4096] and the Gram of correlated inputs of twice as many tokens, some channels of which are
/// outliers.
struct Problem {
    Matrix weight = test::randomMatrix(kSize, kSize, 1);
    Matrix inputs = test::randomMatrix(2 * kSize, kSize, 2);
    Gram gram{kSize};
    std::vector<double> meanAbs;

    Problem() {
        for (Index row = 0; row < inputs.rows(); ++row)
            for (Index i = 1; i < kSize; ++i)
                inputs(row, i) = (0.5f * inputs(row, i - 1) + inputs(row, i)) * (i % 511 == 0 ? 8.0f : 1.0f);
        gram.observe(inputs.view());
        for (Index i = 0; i < kSize; ++i) {
            double sum = 0;
            for (Index row = 0; row < inputs.rows(); ++row)
                sum += std::abs(static_cast<double>(inputs(row, i)));
            meanAbs.push_back(sum / static_cast<double>(inputs.rows()));
        }
    }
};

const Problem& problem() {
    static const Problem one;
    return one;
}

/// One solve: n³/3 operations for the factorisation, n³/3 for the triangular inverse, rows · n² for the updates.
void gptqSolve(benchmark::State& state) {
    const GptqOptions options{.scheme = {4, 128, true, NumberFormat::Integer, ScaleType::F16}};
    const double n = static_cast<double>(kSize);
    const double operations = n * n * n / 3 + n * n * n / 3 + n * n * n;
    JobContext job;
    for (auto _ : state) {
        const Seconds factor = leastSeconds(
            kRounds, [&] { benchmark::DoNotOptimize(factoriseGram(problem().gram, options, job).upper.view().data); });
        const GptqFactor factored = factoriseGram(problem().gram, options, job);
        const Seconds solve = leastSeconds(kRounds, [&] {
            benchmark::DoNotOptimize(quantizeGptq(problem().weight.view(), factored, options, job).loss);
        });
        const double clock = factor.clock + solve.clock, processor = factor.processor + solve.processor;
        state.SetIterationTime(clock);
        state.counters["factor_s"] = factor.clock;
        state.counters["solve_s"] = solve.clock;
        state.counters["share_of_peak_%"] = 100 * operations / clock / peak().clock;
        state.counters["share_of_peak_cpu_%"] = 100 * operations / processor / peak().processor;
    }
}
BENCHMARK(gptqSolve)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);

/// The scale search of a weight [4096, 4096] from the Gram, against the same search by forward passes over 128 windows
/// of 2048 tokens: 20 products of these tokens with the changed weight, of which one is measured on 8192 tokens.
void awqSearch(benchmark::State& state) {
    const AwqOptions options{{4, 128, false}, 20};
    const MatrixView<const float> weights[] = {problem().weight.view()};
    JobContext job;
    for (auto _ : state) {
        const Seconds search = leastSeconds(1, [&] {
            benchmark::DoNotOptimize(findAwqScales(weights, problem().gram, problem().meanAbs, options, job).exponent);
        });
        const PackedWeight packed(problem().weight.view(), Precision::F32);
        Matrix outputs(problem().inputs.rows(), kSize);
        const Seconds product =
            leastSeconds(kRounds, [&] { packed.multiply(problem().inputs.view(), outputs.view()); });
        const double tokens = 128.0 * 2048.0 / static_cast<double>(problem().inputs.rows());
        const double byPasses = 20 * product.clock * tokens;
        state.SetIterationTime(search.clock);
        state.counters["search_s"] = search.clock;
        state.counters["by_passes_s"] = byPasses;
        state.counters["times_faster"] = byPasses / search.clock;
        state.counters["times_faster_cpu"] = 20 * product.processor * tokens / search.processor;
    }
}
BENCHMARK(awqSearch)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);

} // namespace
} // namespace vernier::bench
