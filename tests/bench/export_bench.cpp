#include "core/base/descriptor.h"
#include "core/export/export_checkpoint.h"
#include "core/export/gguf/export_gguf.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <random>

#include <benchmark/benchmark.h>

namespace vernier::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 7;

/// A checkpoint of 1.3 GB, of which an export with 4 bits leaves 0.4 GB.
struct Original {
    test::TemporaryFolder folder;
    Model model;

    Original() : model(open(folder.path())) {}
    static Model open(const fs::path& folder) {
        writeSyntheticModel(folder, {.blocks = 12, .vocabulary = 32000});
        // A tokenizer that llama.cpp has a name for; tokens that it lacks are filled up.
        for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
            fs::copy_file(test::demoFolder() / "model" / name, folder / name, fs::copy_options::overwrite_existing);
        return Model::open(folder);
    }
};

const Original& original() {
    static const Original one;
    return one;
}

QuantizedLinear randomCodes(const Scheme& scheme, const LinearSpec& linear) {
    QuantizedLinear made = emptyLinear(scheme, linear.out, linear.in);
    std::minstd_rand random(static_cast<unsigned>(linear.out + linear.in));
    std::ranges::generate(made.codes, [&] { return static_cast<std::uint8_t>(random() >> 8 & 15); });
    std::ranges::fill(made.scales, 1.0f / 1024);
    std::ranges::fill(made.zeros, std::uint8_t{8});
    return made;
}

std::vector<fs::path> filesOf(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    return files;
}

/// An export of the whole model, codes at hand, against `cp` of what it wrote, both until the bytes are on the disk.
void exportAgainstCopy(benchmark::State& state, ExportFormat format, const Scheme& scheme) {
    const Model& model = original().model;
    QuantizeSettings settings;
    settings.method = Method::Rtn;
    settings.scheme = scheme;
    settings.foldableOnly = true;
    std::map<std::string, QuantizedLinear> codes; // by the name inside a block; all blocks have the same
    for (const InputGroup& group : model.spec.inputGroups(0))
        for (const LinearSpec& linear : group.linears)
            codes.emplace(linear.name, randomCodes(scheme, linear));
    const ExportSource source{model, settings, [&](int block) {
                                  QuantizedBlock made;
                                  made.block = block;
                                  for (const auto& [name, linear] : codes)
                                      made.linears.emplace(model.spec.linearName(block, name), linear);
                                  return made;
                              }};
    const test::TemporaryFolder parent;
    JobContext job;
    for (auto _ : state) {
        std::uint64_t bytes = 0;
        Seconds exported{1e30, 1e30}, copied{1e30, 1e30};
        for (int round = 0; round < kRounds; ++round) {
            fs::remove_all(parent / "export");
            fs::remove_all(parent / "copy");
            // One round each in turn: a disk that others use as well then slows both.
            const auto least = [](Seconds& a, const Seconds& b) {
                a = {std::min(a.clock, b.clock), std::min(a.processor, b.processor)};
            };
            least(exported, oneRound([&] {
                      ExportFolder folder(parent / "export", false);
                      bytes = (format == ExportFormat::Gguf ? writeGguf(folder, source, job)
                                                            : writeCheckpoint(folder, source, format, job))
                                  .bytes;
                      folder.publish();
                  }));
            const std::string command =
                "cp -r '" + (parent / "export").string() + "' '" + (parent / "copy").string() + "'";
            least(copied, oneRound([&] {
                      if (std::system(command.c_str()) != 0)
                          throw std::runtime_error(command);
                      for (const fs::path& file : filesOf(parent / "copy"))
                          flushToDisk(Descriptor(file, O_RDONLY), file);
                  }));
        }
        state.SetIterationTime(exported.clock);
        state.counters["MB"] = static_cast<double>(bytes) / 1e6;
        state.counters["MB_per_s"] = static_cast<double>(bytes) / 1e6 / exported.clock;
        state.counters["cp_MB_per_s"] = static_cast<double>(bytes) / 1e6 / copied.clock;
        state.counters["share_of_cp_%"] = 100 * copied.clock / exported.clock;
    }
}

constexpr Scheme kGroups = {4, 128, true, NumberFormat::Integer, ScaleType::F16};
BENCHMARK_CAPTURE(exportAgainstCopy, gptq, ExportFormat::Gptq, kGroups)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(exportAgainstCopy, packQuantized, ExportFormat::PackQuantized, kGroups)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(exportAgainstCopy, gguf, ExportFormat::Gguf, Scheme::of(NumberFormat::Q4_0))
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

} // namespace
} // namespace vernier::bench
