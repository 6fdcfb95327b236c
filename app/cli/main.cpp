#include "app/cli/verbs.h"
#include "app/passive_wait.h"
#include "core/base/byte_size.h"
#include "core/base/error.h"
#include "core/base/large_memory.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2 };

int run(int argc, char** argv) {
    CLI::App program(
        "Calibrates and quantizes language models: assemble a calibration set, look inside the activations, "
        "quantize with RTN, GPTQ or AWQ, compare.");
    program.set_version_flag("--version", "vernier " VERNIER_VERSION);
    program.require_subcommand(1);
    program
        .add_option_function<std::string>(
            "--cache-limit",
            [](const std::string& size) {
                vernier::parseByteSize(size, "--cache-limit");
                ::setenv("VERNIER_CACHE_LIMIT", size.c_str(), 1); // where every verb looks
            },
            "Size that the cache may grow to, such as 50GB; least recently used results go first "
            "(default: $VERNIER_CACHE_LIMIT, else 20GB)")
        ->trigger_on_parse();
    program.fallthrough();
    program.set_help_all_flag("--help-all", "Print the help of every verb");
    vernier::cli::addInspect(program);
    vernier::cli::addTokenize(program);
    vernier::cli::addImport(program);
    vernier::cli::addGenerate(program);
    vernier::cli::addPreview(program);
    vernier::cli::addPlan(program);
    vernier::cli::addCalibrate(program);
    vernier::cli::addStatistics(program);
    vernier::cli::addRanges(program);
    vernier::cli::addDrift(program);
    vernier::cli::addQuantize(program);
    vernier::cli::addEvaluate(program);
    vernier::cli::addDiagnose(program);
    vernier::cli::addWeights(program);
    vernier::cli::addAllocate(program);
    vernier::cli::addContinue(program);
    vernier::cli::addRuns(program);
    vernier::cli::addCompare(program);
    vernier::cli::addReport(program);
    vernier::cli::addSweep(program);
    vernier::cli::addQueue(program);
    vernier::cli::addRecipe(program);
    vernier::cli::addRun(program);
    vernier::cli::addExport(program);
    vernier::cli::addImatrix(program);
    vernier::cli::addUnpack(program);
    vernier::cli::addSelect(program);
    vernier::cli::addDuplicates(program);
    vernier::cli::addLeaks(program);
    vernier::cli::addLint(program);
    vernier::cli::addSets(program);
    vernier::cli::addMeasure(program);
    vernier::cli::addReportCard(program);
    vernier::cli::addCache(program);
    vernier::cli::addDemo(program);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kDone : kUsage;
    }
    return kDone;
}

} // namespace

int main(int argc, char** argv) {
    vernier::waitPassively(argv);
    vernier::returnLargeMemory();
    try {
        return run(argc, argv);
    } catch (const vernier::Error& error) {
        fmt::print(stderr, "vernier: {}\n", error.what());
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "vernier: not enough memory; use fewer windows or a smaller model\n");
    } catch (const std::exception& error) {
        fmt::print(stderr, "vernier: internal error: {}\n", error.what());
    }
    return kFailed;
}
