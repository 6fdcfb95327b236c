#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/import_files.h"
#include "tests/bench/measure.h"
#include "tests/support/test_files.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <zlib.h>

namespace vernier::bench {
namespace {

constexpr std::size_t kRecordBytes = 1000; // on average; a gigabyte is a million documents
constexpr double kMega = 1e6;

std::size_t wantedBytes = 1'000'000'000;

/// Words of one to four syllables, the later ones longer.
std::vector<std::string> makeWords() {
    constexpr std::string_view kSyllables[] = {"the", "re", "mo", "del", "in", "qua", "n", "ti", "ly", "er", "st",
                                               "ou",  "ca", "s",  "ing", "ha", "ver", "a", "be", "on", "wi", "th"};
    std::mt19937 random(2);
    std::vector<std::string> words(8000);
    for (std::size_t i = 0; i < words.size(); ++i)
        for (std::size_t syllables = 1 + i / 60 % 4; syllables > 0; --syllables)
            words[i] += kSyllables[random() % std::size(kSyllables)];
    return words;
}

/// A text of words as frequent as those of a language (the n-th 1 / n as often as the first), with what makes parsers
/// work: quotes, line breaks, letters of several bytes. Deflate leaves some 40 % of it, as of English.
void appendText(std::string& out, std::mt19937& random) {
    static const std::vector<std::string> words = makeWords();
    constexpr std::string_view kBetween[] = {" ", " ", " ", " ", " ", " ", " ", ", ", ". ", ".\\n", " \\\"", "\\\" "};
    const std::size_t end = out.size() + kRecordBytes / 2 + random() % kRecordBytes - 150;
    while (out.size() < end) {
        const auto draw = static_cast<std::uint32_t>(random());
        const double share = static_cast<double>(draw) / 4294967296.0;
        out += words[static_cast<std::size_t>(std::pow(static_cast<double>(words.size()), share)) - 1];
        out += kBetween[random() % std::size(kBetween)];
        if (draw % 64 == 0)
            (out += std::to_string(draw)) += "\u00e9t\u00e9 ";
    }
}

struct SyntheticFile {
    test::TemporaryFolder folder;
    std::filesystem::path path = folder / "synthetic.jsonl";
    std::size_t bytes = 0, records = 0;

    SyntheticFile() {
        std::ofstream file(path, std::ios::binary);
        file.exceptions(std::ios::badbit | std::ios::failbit);
        std::mt19937 random(1);
        std::string lines;
        while (bytes < wantedBytes) {
            lines.clear();
            for (int i = 0; i < 1000; ++i, ++records) {
                lines += fmt::format(R"({{"id": {}, "text": ")", records);
                appendText(lines, random);
                lines += fmt::format(
                    R"(", "meta": {{"url": "https://example.org/{}", "score": {}.{:03}}}, "domain": "{}"}})", random(),
                    random() % 10, random() % 1000, records % 3 ? "prose" : "code");
                lines += '\n';
            }
            file.write(lines.data(), std::ssize(lines));
            bytes += lines.size();
        }
    }
};

const SyntheticFile& synthetic() {
    static const SyntheticFile file;
    return file;
}

std::filesystem::path projectPath() {
    return synthetic().folder / "p.vernier";
}

/// What earlier work has freed goes back to the system, so that it does not hide what later work takes.
std::uint64_t bytesInUse() {
    malloc_trim(0);
    return anonymousBytes();
}

/// Bytes of a corpus in memory, column by column.
std::uint64_t bytesOf(const Corpus& corpus) {
    std::uint64_t bytes = 0;
    for (const auto& segment : corpus.segments())
        bytes += segment->text.size() + segment->size() * (sizeof(Sha256Digest) + 2 * sizeof(std::uint64_t) +
                                                           3 * sizeof(std::uint32_t) + sizeof(std::uint8_t));
    return bytes;
}

/// Reports what a piece of work had in memory at once beyond what stays: kept is everything that it leaves behind.
class MemoryReport {
public:
    void into(benchmark::State& state, const Corpus& kept) const {
        const auto most = static_cast<double>(m_peak.bytes() - m_before), stays = static_cast<double>(bytesOf(kept));
        state.counters["kept_MB"] = stays / kMega;
        state.counters["beyond_MB"] = (most - stays) / kMega;
    }

private:
    std::uint64_t m_before = bytesInUse();
    MemoryPeak m_peak;
};

Project imported() {
    Project project;
    JobContext job;
    importFiles(project, {synthetic().path}, {}, job);
    return project;
}

/// Everything between the file and the corpus in memory: reading, finding fields, parsing, hashing.
void parse(benchmark::State& state) {
    synthetic();
    for (auto _ : state) {
        JobContext job;
        benchmark::DoNotOptimize(importFile(synthetic().path, {}, job));
    }
    state.counters["MB_per_cpu_s"] = benchmark::Counter(static_cast<double>(synthetic().bytes) / kMega,
                                                        benchmark::Counter::kIsIterationInvariantRate);
    state.counters["documents"] = static_cast<double>(synthetic().records);
}

void importAndSave(benchmark::State& state) {
    synthetic();
    for (auto _ : state) {
        std::filesystem::remove(projectPath());
        const MemoryReport memory;
        const Project project = imported();
        saveProject(project, projectPath());
        memory.into(state, project.corpus);
    }
    state.counters["file_MB"] = static_cast<double>(std::filesystem::file_size(projectPath())) / kMega;
}

void openProject(benchmark::State& state) {
    if (!std::filesystem::exists(projectPath()))
        saveProject(imported(), projectPath());
    for (auto _ : state) {
        const MemoryReport memory;
        const Project project = loadProject(projectPath());
        memory.into(state, project.corpus);
    }
}

/// Saving after a change of a set, as the studio does after every step of curation.
void saveAgain(benchmark::State& state) {
    if (!std::filesystem::exists(projectPath()))
        saveProject(imported(), projectPath());
    Project project = loadProject(projectPath());
    project.sets.push_back({"small", {}, SetPurpose::Calibration});
    for (auto _ : state) {
        project.sets.back().documents.push_back(0);
        const std::uint64_t before = bytesInUse();
        const MemoryPeak peak;
        saveProject(project, projectPath());
        state.counters["beyond_MB"] = static_cast<double>(peak.bytes() - before) / kMega;
    }
}

/// Hostile content: a line that never ends, and a megabyte of gzip that would be a gigabyte of spaces.
void importHostile(benchmark::State& state, const std::string& content, const char* name) {
    for (auto _ : state) {
        const std::uint64_t before = bytesInUse();
        const MemoryPeak peak;
        JobContext job;
        try {
            importBytes(content, name, {}, job);
            state.SkipWithError("was not refused");
        } catch (const Error&) {
        }
        state.counters["beyond_MB"] = static_cast<double>(peak.bytes() - before) / kMega;
    }
}

std::string gzipOfSpaces(std::size_t bytes) {
    const std::string spaces(bytes, ' ');
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, spaces.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(spaces.data()));
    stream.avail_in = static_cast<uInt>(spaces.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

void endlessLine(benchmark::State& state) {
    importHostile(state, std::string(1'000'000'000, 'x'), "a.jsonl");
}

void zipBomb(benchmark::State& state) {
    importHostile(state, gzipOfSpaces(1'000'000'000), "a.jsonl.gz");
}

BENCHMARK(endlessLine)->Unit(benchmark::kMillisecond)->Iterations(1)->MeasureProcessCPUTime();
BENCHMARK(zipBomb)->Unit(benchmark::kMillisecond)->Iterations(1)->MeasureProcessCPUTime();
BENCHMARK(parse)->Unit(benchmark::kMillisecond)->Iterations(2)->MeasureProcessCPUTime();
BENCHMARK(importAndSave)->Unit(benchmark::kMillisecond)->Iterations(1)->MeasureProcessCPUTime();
BENCHMARK(openProject)->Unit(benchmark::kMillisecond)->Iterations(2)->MeasureProcessCPUTime();
BENCHMARK(saveAgain)->Unit(benchmark::kMillisecond)->Iterations(2)->MeasureProcessCPUTime();

/// Takes --megabytes=N out of the arguments.
void takeSize(int& count, char** arguments) {
    constexpr std::string_view kName = "--megabytes=";
    int kept = 1;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        std::size_t megabytes = 0;
        if (argument.starts_with(kName) &&
            std::from_chars(argument.data() + kName.size(), argument.data() + argument.size(), megabytes).ec ==
                std::errc())
            wantedBytes = megabytes * 1'000'000;
        else
            arguments[kept++] = arguments[i];
    }
    count = kept;
}

} // namespace
} // namespace vernier::bench

/// Measures import, save and open on synthetic JSONL, a gigabyte unless --megabytes=N says otherwise.
int main(int count, char** arguments) {
    vernier::bench::takeSize(count, arguments);
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
}
