#include "core/calibrate/calibration_pass.h"
#include "core/calibrate/gram.h"
#include "core/model/attention.h"
#include "core/model/block.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <array>
#include <optional>

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

// Two windows as long as people use them, of a model with the proportions of TinyLlama.
constexpr Index kSequence = 2048;
constexpr Index kTokens = 2 * kSequence;
constexpr int kRounds = 5;

const Peak& peakOf(Precision precision) {
    static std::array<std::optional<Peak>, 2> peaks;
    auto& peak = peaks[static_cast<std::size_t>(precision)];
    if (!peak)
        peak = matrixPeak(precision);
    return *peak;
}

/// Operations of a block forward: the linears, and causal attention (scores and mixing over half of all pairs).
double forwardOperations(const ArchitectureSpec& spec) {
    const double linears = 2.0 * static_cast<double>(spec.linearParameters()) / spec.blocks;
    const double attention = 2.0 * static_cast<double>(kSequence * spec.heads * spec.headSize);
    return static_cast<double>(kTokens) * (linears + attention);
}

/// A model of one block of hidden size 2048, written to and opened from a folder of its own.
struct Setup {
    test::TemporaryFolder folder;
    Model model;
    Block block;
    Matrix hidden;
    TokenWindows windows;

    explicit Setup(Precision precision)
        : model((writeSyntheticModel(folder.path(), {}), Model::open(folder.path()))), block(model, 0, {}, precision),
          hidden(test::randomMatrix(kTokens, model.spec.hiddenSize, 3)) {
        windows.sequenceLength = kSequence;
        windows.ids.assign(kTokens, 0), windows.documents.assign(kTokens, 0);
    }

    void forward() { block.forward(hidden.view(), kSequence, JobContext()); }
    void observe() {
        BlockStatistics statistics(model.spec, 0);
        observeBlock(model.spec, block, hidden.view(), 0, windows, statistics, JobContext());
    }
};

Precision precisionOf(const benchmark::State& state) {
    return static_cast<Precision>(state.range(0));
}

/// Times the work, and fills in operations per second and the share of the peak by clock and by processor time.
void measure(benchmark::State& state, double operations, const std::function<void()>& work) {
    if (usablePrecision(precisionOf(state)) != precisionOf(state))
        return state.SkipWithError(whyNotPrecision(precisionOf(state)).c_str());
    Seconds least;
    for (auto _ : state) {
        least = leastSeconds(kRounds, work);
        state.SetIterationTime(least.clock);
    }
    const Peak& peak = peakOf(precisionOf(state));
    state.counters["GFLOPS"] = operations / least.clock / 1e9;
    state.counters["% of peak"] = 100 * operations / least.clock / peak.clock;
    state.counters["% of peak, CPU time"] = 100 * operations / least.processor / peak.processor;
}

void peak(benchmark::State& state) {
    const Precision precision = precisionOf(state);
    for (auto _ : state)
        state.SetIterationTime(1e9 / peakOf(precision).clock);
    state.counters["GFLOPS"] = peakOf(precision).clock / 1e9;
    state.counters["GFLOPS, CPU time"] = peakOf(precision).processor / 1e9;
}

void blockForward(benchmark::State& state) {
    Setup setup(precisionOf(state));
    measure(state, forwardOperations(setup.model.spec), [&] { setup.forward(); });
}

void blockWithStatistics(benchmark::State& state) {
    Setup setup(precisionOf(state));
    const Seconds forward = leastSeconds(kRounds, [&] { setup.forward(); });
    Seconds observed;
    for (auto _ : state) {
        observed = leastSeconds(kRounds, [&] { setup.observe(); });
        state.SetIterationTime(observed.clock);
    }
    state.counters["x forward"] = observed.clock / forward.clock;
    state.counters["x forward, CPU time"] = observed.processor / forward.processor;
}

void attention(benchmark::State& state) {
    ArchitectureSpec spec;
    spec.heads = 32, spec.keyValueHeads = 4, spec.headSize = 64;
    const HeadLayout layout(spec);
    const Matrix projected = test::randomMatrix(kSequence, (spec.heads + 2 * spec.keyValueHeads) * spec.headSize, 3);
    Matrix mixed(kSequence, spec.heads * spec.headSize);
    const ScoreSpec score{0.125f, 0, 0};
    measure(state, 2.0 * static_cast<double>(kSequence * kSequence * mixed.cols()),
            [&] { attendWindows(layout, score, projected.view(), kSequence, mixed.view(), JobContext()); });
}

void gram(benchmark::State& state) {
    const Matrix x = test::randomMatrix(kSequence, state.range(1), 3);
    Gram sum(x.cols());
    measure(state, static_cast<double>(x.rows() * x.cols() * (x.cols() + 1)),
            [&] { sum.observe(x.view(), precisionOf(state)); });
}

void eachPrecision(benchmark::internal::Benchmark* bench) {
    bench->ArgName("bf16")->Arg(0)->Arg(1)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK(peak)->Apply(eachPrecision);
BENCHMARK(blockForward)->Apply(eachPrecision);
BENCHMARK(blockWithStatistics)->Apply(eachPrecision);
BENCHMARK(attention)->ArgName("bf16")->Arg(0)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(gram)
    ->ArgNames({"bf16", "channels"})
    ->ArgsProduct({{0, 1}, {2048, 5632}})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace vernier::bench

BENCHMARK_MAIN();
