#include "core/workbench/calibrate.h"
#include "app/cli/arguments.h"
#include "app/cli/calibrate_options.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/store/project_file.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

nlohmann::json toJson(const std::string& tap, const TapStatistics& statistics) {
    return {{"tap", tap},
            {"tokens", statistics.channels.tokens},
            {"channels", statistics.channels.channels()},
            {"never_routed_to", statistics.tokens() == 0},
            {"min", statistics.min()},
            {"max", statistics.max()},
            {"mean", statistics.mean()},
            {"rms", statistics.rms()},
            {"kurtosis", statistics.kurtosis()},
            {"abs_max_channel", statistics.absMaxChannel()},
            {"outlier_ratio", statistics.outlierRatio()}};
}

void run(const CalibrateOptions& options) {
    Console console;
    Workbench bench = makeBench(console);
    bench.memoryLimit = memoryLimitOf(options);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    CalibrateRequest request = requestOf(options, project);
    request.onPlan = [&](const CalibrationPlan& plan) {
        if (!plan.complete())
            console.line(planText(plan));
    };

    const ArchitectureSpec spec = bench.open(request.modelFolder, job)->model.spec;
    std::map<std::pair<int, std::size_t>, nlohmann::json> byPlace; // blocks from the cache come before computed ones
    const auto outcome = calibrate(bench, project, request, job, [&](std::shared_ptr<const BlockStatistics> block) {
        const std::vector<TapSpec> specs = spec.taps(block->block);
        for (std::size_t tap = 0; tap < std::min(specs.size(), block->taps.size()); ++tap)
            byPlace[{block->block, tap}] = toJson(specs[tap].name, block->taps[tap]);
    });
    if (const auto logits = loadLogits(bench, outcome.record))
        byPlace[{spec.blocks, 0}] = toJson(spec.logitsTap().name, *logits);
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
        rows.push_back(tap["never_routed_to"].get<bool>()
                           ? std::vector<std::string>{tap["tap"], "never routed to", "", "", ""}
                           : std::vector<std::string>{tap["tap"], fmt::format("{:.4g}", tap["min"].get<double>()),
                                                      fmt::format("{:.4g}", tap["max"].get<double>()),
                                                      fmt::format("{:.4g}", tap["rms"].get<double>()),
                                                      fmt::format("{:.1f}", tap["outlier_ratio"].get<double>())});
    fmt::print("{}", table({"tap", "min", "max", "rms", "outlier ratio"}, rows));
}

} // namespace

void addCalibrate(CLI::App& program) {
    auto options = std::make_shared<CalibrateOptions>();
    CLI::App* verb = program.add_subcommand("calibrate", "Feed a calibration set through the model, layer by layer");
    addCalibrateOptions(*verb, *options);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
