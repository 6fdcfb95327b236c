#include "core/workbench/calibrate.h"
#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, model, set;
    Precision precision = Precision::F32;
    int windows = 32, sequenceLength = 256;
    bool noChatTemplate = false, noSeparator = false, json = false;
};

nlohmann::json toJson(const std::string& tap, const TapStatistics& statistics) {
    return {{"tap", tap},
            {"tokens", statistics.channels.tokens},
            {"channels", statistics.channels.channels()},
            {"min", statistics.min()},
            {"max", statistics.max()},
            {"mean", statistics.mean()},
            {"rms", statistics.rms()},
            {"kurtosis", statistics.kurtosis()},
            {"abs_max_channel", statistics.absMaxChannel()},
            {"outlier_ratio", statistics.outlierRatio()}};
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    CalibrateRequest request;
    request.modelFolder = options.model.empty() ? project.modelFolder : options.model;
    if (request.modelFolder.empty())
        throw Error(ErrorKind::Input, "--model", "the project knows no model yet", "name a model folder");
    request.setName = options.set;
    request.precision = options.precision;
    request.recipe.sequenceLength = options.sequenceLength;
    request.recipe.maxWindows = options.windows;
    request.recipe.applyChatTemplate = !options.noChatTemplate;
    request.recipe.separator = options.noSeparator ? Separator::None : Separator::EndOfText;

    const ArchitectureSpec spec = bench.open(request.modelFolder)->model.spec;
    std::map<std::pair<int, std::size_t>, nlohmann::json> byPlace; // blocks from the cache come before computed ones
    const auto outcome = calibrate(bench, project, request, job, [&](std::shared_ptr<const BlockStatistics> block) {
        const std::vector<TapSpec> specs = spec.taps(block->block);
        for (std::size_t tap = 0; tap < std::min(specs.size(), block->taps.size()); ++tap)
            byPlace[{block->block, tap}] = toJson(specs[tap].name, block->taps[tap]);
    });
    nlohmann::json taps = nlohmann::json::array();
    for (auto& [place, tap] : byPlace)
        taps.push_back(std::move(tap));
    const CalibrationRecord& record = outcome.record;
    remember(project, record);
    saveProject(project, options.project);
    if (options.json)
        return print({{"set", record.setName},
                      {"model", record.modelFolder},
                      {"windows", record.windows},
                      {"sequence_length", record.recipe.sequenceLength},
                      {"precision", name(record.precision)},
                      {"from_cache", outcome.fromCache},
                      {"seconds", record.seconds},
                      {"taps", taps}});
    std::vector<std::vector<std::string>> rows;
    for (const auto& tap : taps)
        rows.push_back({tap["tap"], fmt::format("{:.4g}", tap["min"].get<double>()),
                        fmt::format("{:.4g}", tap["max"].get<double>()),
                        fmt::format("{:.4g}", tap["rms"].get<double>()),
                        fmt::format("{:.1f}", tap["outlier_ratio"].get<double>())});
    fmt::print("{}", table({"tap", "min", "max", "rms", "outlier ratio"}, rows));
}

} // namespace

void addCalibrate(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("calibrate", "Feed a calibration set through the model, layer by layer");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--model", options->model, "Hugging Face model folder (default: the project's)");
    verb->add_option("--set", options->set, "Calibration set (default: default, or else the project's first)");
    verb->add_option("--windows", options->windows, "Windows to use, the first ones; 0 uses all")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    verb->add_option("--sequence-length", options->sequenceLength, "Tokens per window")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    addPrecision(*verb, options->precision);
    verb->add_flag("--no-chat-template", options->noChatTemplate, "Join the messages of conversations by line breaks");
    verb->add_flag("--no-separator", options->noSeparator, "Put no end-of-text token behind documents");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
