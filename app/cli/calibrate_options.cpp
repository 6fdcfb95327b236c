#include "app/cli/calibrate_options.h"

#include "app/cli/arguments.h"
#include "core/base/byte_size.h"
#include "core/workbench/pack_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr const char *kLogits = "logits", *kChannels = "channels";

std::string durationText(double seconds) {
    if (seconds < 90)
        return fmt::format("{:.1f} s", seconds);
    if (seconds < 90 * 60)
        return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

std::string placesText(const PassMemory& memory) {
    if (memory.hiddenInMemory)
        return "everything in memory";
    return fmt::format("{} on the disk{}", memory.gramsInMemory ? "hidden states" : "hidden states and Grams",
                       memory.experts == ExpertMemory::One ? ", experts one by one" : "");
}

} // namespace

void addCalibrateOptions(CLI::App& verb, CalibrateOptions& options) {
    verb.add_option("project", options.project, "Project file (.vernier)")->required();
    verb.add_option("--model", options.model, "Hugging Face model folder (default: the project's)");
    verb.add_option("--set", options.set, "Calibration set (default: default, or else the project's first)");
    options.recipe.addTo(verb);
    addPrecision(verb, options.precision);
    verb.add_option("--memory-limit", options.memoryLimit,
                    "Memory to use, such as 6GB; hidden states, then Grams, that do not fit go to the cache folder "
                    "(default: half of "
                    "what is available)");
    verb.add_option("--observe", options.observe,
                    "Also gather, separated by commas: logits (what the head gives), channels (a histogram of every "
                    "channel, for clipping per channel)")
        ->delimiter(',')
        ->check(CLI::IsMember({kLogits, kChannels}));
    verb.add_flag("--json", options.json, "Print JSON");
}

CalibrateRequest requestOf(const CalibrateOptions& options, const Project& project) {
    CalibrateRequest request;
    request.modelFolder = requireModel(options.model, project);
    request.setName = options.set;
    request.precision = options.precision;
    const auto observed = [&](const char* what) {
        return std::ranges::find(options.observe, what) != options.observe.end();
    };
    request.logits = observed(kLogits);
    request.observers.channelHistograms = observed(kChannels);
    request.recipe = options.recipe.changed(recipeOf(chooseSet(project, options.set)));
    return request;
}

std::uint64_t memoryLimitOf(const CalibrateOptions& options) {
    return options.memoryLimit.empty() ? 0 : parseByteSize(options.memoryLimit, "--memory-limit");
}

std::string planText(const CalibrationPlan& plan) {
    if (plan.complete())
        return fmt::format("plan: all {} blocks are in the cache\n", plan.blocks);
    return fmt::format("plan: {} windows of {} tokens, {} of {} blocks to compute, {} in the cache\n"
                       "      time about {}; memory {} of {} allowed, {}\n"
                       "      disk {} for good, {} while it runs\n",
                       plan.windows, plan.sequenceLength, plan.blocks - plan.blocksCached, plan.blocks,
                       plan.blocksCached, durationText(plan.seconds), byteSizeText(plan.memory.peak()),
                       byteSizeText(plan.memoryLimit), placesText(plan.memory), byteSizeText(plan.artefactBytes),
                       byteSizeText(plan.hiddenBytes));
}

nlohmann::json planJson(const CalibrationPlan& plan) {
    return {{"model", plan.modelFolder},
            {"set", plan.setName},
            {"windows", plan.windows},
            {"sequence_length", plan.sequenceLength},
            {"blocks", plan.blocks},
            {"blocks_cached", plan.blocksCached},
            {"memory_limit", plan.memoryLimit},
            {"memory",
             {{"peak", plan.memory.peak()},
              {"hidden", plan.memory.hidden},
              {"hidden_in_memory", plan.memory.hiddenInMemory},
              {"grams_in_memory", plan.memory.gramsInMemory},
              {"experts_one_by_one", plan.memory.experts == ExpertMemory::One},
              {"weights", plan.memory.weights},
              {"loading", plan.memory.loading},
              {"scratch", plan.memory.scratch},
              {"statistics", plan.memory.statistics},
              {"grams", plan.memory.grams},
              {"saving", plan.memory.saving},
              {"head", plan.memory.head}}},
            {"disk_artefacts", plan.artefactBytes},
            {"disk_hidden", plan.hiddenBytes},
            {"operations", plan.operations},
            {"seconds", plan.seconds}};
}

} // namespace vernier::cli
