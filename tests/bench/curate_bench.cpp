#include "core/base/random.h"
#include "core/curate/diverse_selection.h"
#include "core/curate/duplicates.h"
#include "core/curate/leaks.h"
#include "core/curate/row_geometry.h"
#include "core/curate/selection_quality.h"
#include "core/curate/token_coverage.h"
#include "tests/support/random_matrix.h"

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

constexpr Index kDocuments = 20'000;
constexpr std::size_t kSelected = 512;
constexpr Index kTopics = 200;

/// Embeddings as documents have them: topics of uneven size, and each document its own direction beside its topic's.
Matrix embeddings(Index size) {
    const Matrix topics = test::randomMatrix(kTopics, size, 1);
    Matrix rows = test::randomMatrix(kDocuments, size, 2, 0.0f, 0.7f);
    SeededRandom random(3);
    for (Index row = 0; row < kDocuments; ++row) {
        const auto topic = static_cast<Index>(random.below(1 + random.below(kTopics)));
        for (Index i = 0; i < size; ++i)
            rows(row, i) += topics(topic, i);
    }
    return centredUnitRows(rows.view());
}

std::vector<std::vector<std::int32_t>> texts(std::size_t count, std::size_t tokens) {
    SeededRandom random(5);
    std::vector<std::vector<std::int32_t>> all(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 5 == 4) { // a fifth are near copies of an earlier one
            all[i] = all[random.below(i)];
            all[i][random.below(all[i].size())] = -1 - static_cast<std::int32_t>(i);
            continue;
        }
        all[i].resize(tokens / 2 + random.below(tokens));
        for (auto& token : all[i]) // a few ids are frequent, most are rare
            token = static_cast<std::int32_t>(random.below(1 + random.below(1 + random.below(32'000))));
    }
    return all;
}

void facilityLocation(benchmark::State& state) {
    const Matrix rows = embeddings(state.range(0));
    JobContext job;
    std::vector<std::uint32_t> chosen;
    for (auto _ : state)
        chosen = selectFacilityLocation(rows.view(), kSelected, 1, job);
    state.counters["mean distance"] = distanceToNearest(rows.view(), chosen, job).mean;
}
BENCHMARK(facilityLocation)->Arg(64)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);

void kCenter(benchmark::State& state) {
    const Matrix rows = embeddings(state.range(0));
    JobContext job;
    for (auto _ : state)
        benchmark::DoNotOptimize(selectKCenter(rows.view(), kSelected, 1, job));
}
BENCHMARK(kCenter)->Arg(256)->Iterations(1)->Unit(benchmark::kMillisecond);

void tokenCoverage(benchmark::State& state) {
    auto documents = texts(kDocuments, 400);
    for (auto& tokens : documents)
        for (auto& token : tokens)
            token = std::max(token, 0);
    const std::vector<TokenSpan> spans(documents.begin(), documents.end());
    JobContext job;
    for (auto _ : state)
        benchmark::DoNotOptimize(selectTokenCoverage(spans, 32'000, kSelected, job));
}
BENCHMARK(tokenCoverage)->Iterations(1)->Unit(benchmark::kMillisecond);

void duplicates(benchmark::State& state) {
    const auto documents = texts(static_cast<std::size_t>(state.range(0)), 400);
    const std::vector<TokenSpan> spans(documents.begin(), documents.end());
    JobContext job;
    for (auto _ : state)
        state.counters["redundant"] = static_cast<double>(nearDuplicates(spans, {}, job).redundant());
}
BENCHMARK(duplicates)->Arg(kDocuments)->Arg(200'000)->Iterations(1)->Unit(benchmark::kMillisecond);

void leaks(benchmark::State& state) {
    const auto documents = texts(100'000, 400);
    const std::vector<TokenSpan> spans(documents.begin(), documents.end());
    JobContext job;
    for (auto _ : state)
        state.counters["leaks"] = static_cast<double>(
            findLeaks(std::span(spans).first(95'000), std::span(spans).subspan(95'000), {}, job).leaks.size());
}
BENCHMARK(leaks)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace vernier::bench
