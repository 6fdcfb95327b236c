#include "core/base/byte_size.h"
#include "core/base/error.h"
#include "core/base/large_memory.h"
#include "core/store/cache_maintenance.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/import_files.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic_model.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <ctime>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace vernier::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
    int blocks = 2, windows = 128, sequence = 2048;
    bool whole = false, curve = false;
    std::string precision = "f32", memoryLimit = "1.2GB";
};

// TinyLlama: 22 blocks, 32000 tokens, 1.03 billion parameters.
constexpr int kWholeBlocks = 22;
constexpr Index kVocabulary = 32000;

/// Watches how much of the disk is taken by open files that have no name any more.
class NamelessFiles {
public:
    NamelessFiles() = default;
    std::uint64_t most() const { return m_most; }

private:
    static std::uint64_t now() {
        std::uint64_t bytes = 0;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
            struct stat status {};
            if (::stat(entry.path().c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0)
                bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
        }
        return bytes;
    }
    std::atomic<std::uint64_t> m_most = 0;
    std::jthread m_thread{[this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            m_most = std::max(m_most.load(), now());
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }};
};

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// A folder with a model, a tokenizer for it, and a project whose texts fill as many windows as are wanted.
struct Setup {
    test::TemporaryFolder folder;
    Workbench bench{folder / "cache"};
    Project project;
    JobContext job;
    CalibrateRequest request;

    Setup(const Options& options, int blocks, int windows) {
        const fs::path model = folder / "model";
        fs::create_directories(model);
        writeSyntheticModel(model, {.blocks = blocks, .vocabulary = kVocabulary});
        for (const char* file : {"tokenizer.json", "tokenizer_config.json"})
            fs::copy_file(test::demoFolder() / "model" / file, model / file);
        importFiles(project, {.pasted = PastedText{words(windows, options.sequence), "words.txt"}}, job);
        request.modelFolder = model;
        request.recipe.sequenceLength = options.sequence;
        request.recipe.maxWindows = windows;
        request.precision = precisionFromName(options.precision).value();
        bench.memoryLimit = parseByteSize(options.memoryLimit, "--memory-limit");
    }

private:
    /// A word is one token at least.
    static std::string words(int windows, int sequence) {
        std::mt19937 random(1);
        std::string text;
        for (int i = 0; i < windows * sequence; ++i) {
            for (auto letters = 2 + random() % 5; letters > 0; --letters)
                text += static_cast<char>('a' + random() % 26);
            text += ' ';
        }
        return text;
    }
};

struct Measured {
    CalibrationPlan plan;
    double seconds = 0, processor = 0; ///< of the pass on the clock; of processor time, plan and all
    std::uint64_t memory = 0, artefacts = 0, nameless = 0;
};

Measured measure(Setup& setup) {
    Measured measured;
    // Opening identifies the model, which is no part of the pass. Planning is one: what it frees, the pass may reuse.
    setup.bench.open(setup.request.modelFolder, setup.job);
    const std::uint64_t before = anonymousBytes();
    measured.plan = planCalibration(setup.bench, setup.project, setup.request, setup.job);
    const MemoryPeak peak;
    const NamelessFiles nameless;
    const double begin = processorSeconds();
    measured.seconds = calibrate(setup.bench, setup.project, setup.request, setup.job).record.seconds;
    measured.processor = processorSeconds() - begin;
    measured.memory = peak.bytes() - before;
    measured.nameless = nameless.most();
    for (const CacheEntry& entry : scanCache(setup.bench.cache.folder()))
        measured.artefacts += entry.bytes;
    return measured;
}

void compare(const char* what, double planned, double measured, const std::string& unit) {
    fmt::print("{:<28}{:>12.4g}{:>12.4g} {:<4}{:>+8.1f} %\n", what, planned, measured, unit,
               100 * (planned / measured - 1));
}

void runOnce(const Options& options) {
    const int blocks = options.whole ? kWholeBlocks : options.blocks;
    Setup setup(options, blocks, options.windows);
    const Measured measured = measure(setup);
    const CalibrationPlan& plan = measured.plan;
    fmt::print("{} blocks of TinyLlama's shape, {} windows of {} tokens, {}, {} allowed; hidden states {}, Grams {}\n",
               blocks, plan.windows, plan.sequenceLength, options.precision, options.memoryLimit,
               plan.memory.hiddenInMemory ? "in memory" : "on the disk",
               plan.memory.gramsInMemory ? "in memory" : "on the disk");
    fmt::print("{:<28}{:>12}{:>12}\n", "", "planned", "measured");
    constexpr double kMega = 1e6;
    compare("time of the pass", plan.seconds, measured.seconds, "s");
    compare("memory beyond files", static_cast<double>(plan.memory.peak()) / kMega,
            static_cast<double>(measured.memory) / kMega, "MB");
    compare("disk, for good", static_cast<double>(plan.artefactBytes) / kMega,
            static_cast<double>(measured.artefacts) / kMega, "MB");
    compare("disk, hidden states", static_cast<double>(plan.hiddenBytes - plan.memory.gramFiles) / kMega,
            static_cast<double>(measured.nameless) / kMega, "MB");
    fmt::print("processor time {:.1f} s\n", measured.processor);
}

/// Processor time per token and block, which stays the same where the cost is linear.
void printCurve(const Options& options) {
    fmt::print("{:>8}{:>8}{:>10}{:>14}{:>26}\n", "blocks", "windows", "tokens", "CPU seconds",
               "per million token-blocks");
    const auto point = [&](int blocks, int windows) {
        Setup setup(options, blocks, windows);
        const double seconds = measure(setup).processor;
        const double tokens = static_cast<double>(windows) * options.sequence;
        fmt::print("{:>8}{:>8}{:>10}{:>14.1f}{:>26.0f}\n", blocks, windows, tokens, seconds,
                   seconds / (tokens * blocks) * 1e6);
        std::fflush(stdout);
    };
    for (const int windows : {2, 4, 8, 16})
        point(1, windows);
    for (const int blocks : {2, 4, 8})
        point(blocks, 2);
}

} // namespace
} // namespace vernier::bench

/// Compares the plan of a calibration with what it then takes, on a synthetic checkpoint; with --curve, prints what it
/// costs for more tokens and more blocks. A block or two show the same peak of memory as all of them.
int main(int count, char** arguments) {
    using namespace vernier::bench;
    vernier::returnLargeMemory();
    Options options;
    CLI::App program;
    program.add_option("--blocks", options.blocks)->check(CLI::Range(1, 1000));
    program.add_option("--windows", options.windows)->check(CLI::Range(1, 1 << 20));
    program.add_option("--sequence-length", options.sequence)->check(CLI::Range(2, 4096));
    program.add_option("--precision", options.precision)->check(CLI::IsMember({"f32", "bf16"}));
    program.add_option("--memory-limit", options.memoryLimit);
    program.add_flag("--whole", options.whole, "All 22 blocks, a billion parameters");
    program.add_flag("--curve", options.curve, "Cost against tokens and blocks");
    CLI11_PARSE(program, count, arguments);
    try {
        fmt::print("{}\n", machine().dump());
        options.curve ? printCurve(options) : runOnce(options);
    } catch (const vernier::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
