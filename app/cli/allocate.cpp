#include "app/cli/arguments.h"
#include "app/cli/evaluation_options.h"
#include "app/cli/quantize_options.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/store/settings_json.h"
#include "core/workbench/mixed_precision.h"
#include "core/workbench/quantize.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, set, name;
    SettingsOptions settings;
    EvaluationOptions text;
    std::vector<int> bits = {2, 3, 4, 5, 6, 8};
    double bitsPerWeight = 4;
    bool estimate = false, json = false;
};

nlohmann::json toJson(const MixedPrecision& chosen) {
    nlohmann::json result = {{"settings", vernier::toJson(chosen.settings)},
                             {"bits_per_weight", chosen.bitsPerWeight},
                             {"cost", chosen.cost},
                             {"cost_is", chosen.costText},
                             {"linears", nlohmann::json::array()},
                             {"curve", nlohmann::json::array()}};
    for (const LinearChoices& linear : chosen.linears)
        result["linears"].push_back(
            {{"name", linear.name}, {"bits", linear.pickedBits}, {"sensitivity", linear.sensitivity}});
    for (const TradeOff& point : chosen.curve)
        result["curve"].push_back({{"bits_per_weight", point.bitsPerWeight}, {"cost", point.cost}});
    return result;
}

/// The trade-off curve at about every quarter of a bit.
void printCurve(const MixedPrecision& chosen) {
    std::vector<std::vector<std::string>> rows;
    double next = 0;
    for (const TradeOff& point : chosen.curve) {
        if (point.bitsPerWeight < next && &point != &chosen.curve.back())
            continue;
        rows.push_back({fmt::format("{:.3f}", point.bitsPerWeight), fmt::format("{:.4e}", point.cost)});
        next = point.bitsPerWeight + 0.25;
    }
    fmt::print("\nTrade-off, {}\n{}", chosen.costText, table({"bits per weight", "cost"}, rows));
}

void print(const MixedPrecision& chosen) {
    std::vector<std::vector<std::string>> rows;
    for (const LinearChoices& linear : chosen.linears)
        rows.push_back({linear.name, fmt::format("{}", linear.pickedBits),
                        chosen.sensitivityBits > 0 ? fmt::format("{:.3e}", linear.sensitivity) : "-"});
    fmt::print("{}", table({"linear", "bits",
                            chosen.sensitivityBits > 0 ? fmt::format("KL alone at {} bits", chosen.sensitivityBits)
                                                       : std::string("KL alone")},
                           rows));
    printCurve(chosen);
    fmt::print("\n{:.3f} bits per weight, cost {:.4e}\n", chosen.bitsPerWeight, chosen.cost);
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    MixedPrecisionRequest request;
    request.settings = settingsForProject(options.settings.settings(), project);
    request.calibration = requireCalibration(project, options.set);
    request.bits = options.bits;
    request.bitsPerWeight = options.bitsPerWeight;
    request.measured = !options.estimate;
    request.data = options.text.data();
    const MixedPrecision chosen = chooseBits(bench, project, request, job);
    if (options.json)
        cli::print(toJson(chosen));
    else
        print(chosen);
    if (options.name.empty())
        return;
    const QuantizeOutcome outcome = quantize(bench, project, {options.name, chosen.settings, request.calibration}, job);
    remember(project, outcome.run);
    saveProject(project, options.project);
}

} // namespace

void addAllocate(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "allocate", "Choose bits for every linear within a size budget, by what each loses (mixed precision)");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--bits-per-weight", options->bitsPerWeight,
                     "Budget, over the quantized linears, scales and zero points included")
        ->capture_default_str();
    verb->add_option("--choices", options->bits, "Bits to choose from (default: 2,3,4,5,6,8)")->delimiter(',');
    verb->add_flag("--estimate-only", options->estimate,
                   "Go by relative output errors, without measuring what each linear alone does to predictions");
    verb->add_option("--name", options->name, "Make the run and give it this name");
    verb->add_option("--calibration-set", options->set, "Use the newest calibration on this set (default: the newest)");
    options->settings.addTo(*verb);
    options->text.addTo(*verb);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
