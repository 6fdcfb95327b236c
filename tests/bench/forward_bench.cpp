#include "core/calibrate/calibration_pass.h"
#include "core/model/block.h"
#include "core/tensor/packed_weight.h"
#include "core/tensor/parallel.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

constexpr Index kTokens = 4096;
constexpr Index kSequence = 256;

template <class Work>
double bestSeconds(int rounds, Work work) {
    double best = 1e30;
    for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

/// Operations per second of one large product, the best that this machine gives in this run.
double peakFlops() {
    static const double peak = [] {
        constexpr Index kSize = 2048;
        const Matrix x = test::randomMatrix(kSize, kSize, 3), w = test::randomMatrix(kSize, kSize, 3);
        Matrix y(kSize, kSize);
        const PackedWeight packed(w.view());
        packed.multiply(x.view(), y.view());
        return 2.0 * kSize * kSize * kSize / bestSeconds(10, [&] { packed.multiply(x.view(), y.view()); });
    }();
    return peak;
}

/// Operations of a block forward: the linears, and causal attention (scores and mixing over half of all pairs).
double forwardFlops(const ArchitectureSpec& spec, Index tokens, Index sequence) {
    const double linears =
        2.0 * static_cast<double>(tokens) * static_cast<double>(spec.linearParameters()) / spec.blocks;
    const double attention = 2.0 * static_cast<double>(tokens) * static_cast<double>(sequence) *
                             static_cast<double>(spec.heads * spec.headSize);
    return linears + attention;
}

/// A model of one block of some width, written to and opened from a folder of its own.
struct Setup {
    test::TemporaryFolder folder;
    Model model;
    Block block;

    explicit Setup(Index hidden) : model((write(hidden), Model::open(folder.path()))), block(model, 0) {}

private:
    void write(Index hidden) const {
        SyntheticShape shape;
        shape.hidden = hidden;
        shape.intermediate = hidden * 11 / 4;
        shape.heads = static_cast<int>(hidden / 64);
        shape.keyValueHeads = shape.heads / 4;
        writeSyntheticModel(folder.path(), shape);
    }
};

void blockForward(benchmark::State& state) {
    const Setup setup(state.range(0));
    const Matrix input = test::randomMatrix(kTokens, state.range(0), 3);
    Matrix hidden = input.clone();
    for (auto _ : state)
        setup.block.forward(hidden.view(), kSequence, JobContext());
    const double flops = forwardFlops(setup.model.spec, kTokens, kSequence);
    const double best = bestSeconds(5, [&] { setup.block.forward(hidden.view(), kSequence, JobContext()); });
    state.counters["GFLOPS"] = flops / best / 1e9;
    state.counters["peak GFLOPS"] = peakFlops() / 1e9;
    state.counters["% of peak"] = 100 * flops / best / peakFlops();
}
BENCHMARK(blockForward)->Arg(1024)->Arg(2048)->Unit(benchmark::kMillisecond);

void blockWithStatistics(benchmark::State& state) {
    const Setup setup(state.range(0));
    const Matrix input = test::randomMatrix(kTokens, state.range(0), 3);
    Matrix hidden = input.clone();
    TokenWindows windows;
    windows.sequenceLength = kSequence;
    windows.ids.assign(kTokens, 0), windows.documents.assign(kTokens, 0);
    const auto observe = [&] {
        BlockStatistics statistics(setup.model.spec, 0);
        observeBlock(setup.model.spec, setup.block, hidden.view(), 0, windows, statistics, JobContext());
    };
    for (auto _ : state)
        observe();
    const double forward = bestSeconds(3, [&] { setup.block.forward(hidden.view(), kSequence, JobContext()); });
    const double observed = bestSeconds(3, observe);
    state.counters["x forward"] = observed / forward;
}
BENCHMARK(blockWithStatistics)->Arg(1024)->Arg(2048)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace vernier::bench

BENCHMARK_MAIN();
