#include "core/curate/filter.h"
#include "core/curate/sort_rows.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

constexpr std::uint32_t kRows = 1'000'000;
constexpr std::size_t kMeanWords = 40; // some 240 bytes a document, 240 MB together

/// A million documents of English words, one behind the other in memory as a corpus has them.
struct MillionDocuments {
    std::string arena;
    std::vector<std::string_view> texts;
    std::vector<std::string> domains = {"code", "prose", "dialogue", "web"}, sources;
    std::vector<std::uint32_t> domainIds, sourceIds, tokens, duplicateOf;
    std::vector<float> perplexity;
    DocumentColumns columns;

    MillionDocuments() {
        constexpr std::string_view kWords[] = {"the",   "of",      "and",   "model",   "street", "quantize", "return",
                                               "house", "weather", "while", "between", "data",   "seven",    "morning"};
        std::mt19937 generator(1);
        const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
        std::vector<std::size_t> ends;
        for (std::uint32_t row = 0; row < kRows; ++row) {
            for (std::size_t words = kMeanWords / 2 + random() % kMeanWords; words > 0; --words)
                (arena += kWords[random() % std::size(kWords)]) += ' ';
            if (random() % 1000 == 0)
                arena += "Zebra crossing";
            ends.push_back(arena.size());
            domainIds.push_back(random() % 4);
            sourceIds.push_back(random() % 50);
            tokens.push_back(random() % 4000);
            perplexity.push_back(static_cast<float>(random() % 100'000) / 1000);
            duplicateOf.push_back(row > 0 && random() % 10 == 0 ? row - 1 : row);
        }
        std::size_t begin = 0;
        for (const std::size_t end : ends)
            texts.push_back(std::string_view(arena).substr(begin, end - begin)), begin = end;
        for (int i = 0; i < 50; ++i)
            sources.push_back("/data/part" + std::to_string(i) + ".jsonl");
        columns.count = kRows;
        columns.texts = texts;
        columns.domains = {domainIds, domains}, columns.sources = {sourceIds, sources};
        columns.tokens = tokens, columns.perplexity = perplexity, columns.duplicateOf = duplicateOf;
    }
};

const DocumentColumns& million() {
    static const MillionDocuments documents;
    return documents.columns;
}

void filterMillion(benchmark::State& state, const char* expression) {
    const DocumentColumns& columns = million();
    std::size_t found = 0;
    for (auto _ : state)
        found = filterRows(Filter::parse(expression), columns, JobContext()).size();
    state.counters["rows"] = static_cast<double>(found);
}

void sortMillion(benchmark::State& state, SortColumn column) {
    const DocumentColumns& columns = million();
    std::vector<std::uint32_t> rows(kRows);
    for (auto _ : state) {
        std::iota(rows.begin(), rows.end(), 0u);
        sortRows(columns, column, SortOrder::Falling, rows, JobContext());
    }
}

#define VERNIER_FILTER_BENCH(name, expression)                                                                         \
    BENCHMARK_CAPTURE(filterMillion, name, expression)->Unit(benchmark::kMillisecond)->UseRealTime()
VERNIER_FILTER_BENCH(fields, "domain:code tokens>200 -dup");
VERNIER_FILTER_BENCH(rare_word, "zebra");
VERNIER_FILTER_BENCH(absent_phrase, "\"the streets of\"");
VERNIER_FILTER_BENCH(common_word, "the");
VERNIER_FILTER_BENCH(mixed, "domain:code ppl<30 (zebra OR source:*7.jsonl) -\"weather weather\"");
BENCHMARK_CAPTURE(sortMillion, tokens, SortColumn::Tokens)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(sortMillion, perplexity, SortColumn::Perplexity)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(sortMillion, domain, SortColumn::Domain)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(sortMillion, text, SortColumn::Text)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
} // namespace vernier::bench
