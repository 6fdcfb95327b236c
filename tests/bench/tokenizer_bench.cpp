// Throughput of encode() in bytes of text per second, on one thread, for every tokenizer of the shared folder:
//   tokenizer_bench --benchmark_filter=gpt2

#include "core/text/tokenizer.h"
#include "tests/support/test_files.h"

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

namespace vernier::bench {
namespace {

namespace fs = std::filesystem;

const std::string& english() {
    static const std::string text = test::get(test::sharedFolder() / "texts" / "wikitext-2" / "wiki.test.raw");
    return text;
}

/// The Declaration of Human Rights in 30 languages, one behind the other.
const std::string& thirtyLanguages() {
    static const std::string text = [] {
        std::istringstream lines(test::get(test::sharedFolder() / "texts" / "udhr" / "udhr.jsonl"));
        std::string all;
        for (std::string line; std::getline(lines, line);)
            all += nlohmann::json::parse(line).at("text").get<std::string>() + "\n\n";
        return all;
    }();
    return text;
}

std::size_t encodeByLines(const Tokenizer& tokenizer, std::string_view text) {
    std::size_t tokens = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        tokens += tokenizer.encode(text.substr(0, end)).size();
        text.remove_prefix(end);
    }
    return tokens;
}

void count(benchmark::State& state, const std::string& text) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

/// One long document, the words of the language known after the first round.
void warm(benchmark::State& state, const fs::path& folder, const std::string& text) {
    const Tokenizer tokenizer = Tokenizer::load(folder);
    benchmark::DoNotOptimize(tokenizer.encode(text));
    for (auto _ : state)
        benchmark::DoNotOptimize(tokenizer.encode(text));
    count(state, text);
}

/// One long document, nothing known before.
void cold(benchmark::State& state, const fs::path& folder, const std::string& text) {
    for (auto _ : state) {
        state.PauseTiming();
        const Tokenizer tokenizer = Tokenizer::load(folder);
        state.ResumeTiming();
        benchmark::DoNotOptimize(tokenizer.encode(text));
    }
    count(state, text);
}

/// Many short documents.
void lines(benchmark::State& state, const fs::path& folder, const std::string& text) {
    const Tokenizer tokenizer = Tokenizer::load(folder);
    benchmark::DoNotOptimize(encodeByLines(tokenizer, text));
    for (auto _ : state)
        benchmark::DoNotOptimize(encodeByLines(tokenizer, text));
    count(state, text);
}

void registerAll() {
    for (const auto& entry : fs::directory_iterator(test::sharedFolder() / "tokenizers")) {
        const fs::path folder = entry.path();
        const std::string name = folder.filename().string();
        const auto add = [&](const char* kind, auto body, const std::string& text) {
            benchmark::RegisterBenchmark((name + "/" + kind).c_str(), body, folder, text)
                ->Unit(benchmark::kMillisecond);
        };
        add("english/warm", warm, english());
        add("english/lines", lines, english());
        add("english/cold", cold, english());
        add("languages/warm", warm, thirtyLanguages());
        add("languages/cold", cold, thirtyLanguages());
    }
}

} // namespace
} // namespace vernier::bench

int main(int count, char** arguments) {
    if (!std::filesystem::exists(vernier::test::sharedFolder() / "tokenizers"))
        return 0; // nothing to measure with
    vernier::bench::registerAll();
    benchmark::Initialize(&count, arguments);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
