#include "core/workbench/run_statistics.h"

#include "core/base/clock.h"
#include "core/calibrate/calibration_pass.h"
#include "core/store/artefacts.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/keep_blocks.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 1; // raised when the content of the artefact or the way it is computed changes

nlohmann::json passInputs(const Run& run, const char* kind) {
    nlohmann::json inputs = {{"kind", kind},
                             {"format", kFormat},
                             {"model", run.calibration.modelFingerprint},
                             {"windows", run.calibration.windowsHash},
                             {"precision", name(run.calibration.precision)},
                             {"run", run.blockKeys}};
    if (run.calibration.observers != ObserverOptions{})
        inputs["observers"] = toJson(run.calibration.observers);
    return inputs;
}

nlohmann::json blockInputs(const Run& run, int block) {
    nlohmann::json inputs = passInputs(run, "run statistics");
    inputs["block"] = block;
    return inputs;
}

} // namespace

std::shared_ptr<const BlockStatistics> loadRunStatistics(const Workbench& bench, const Run& run, int block,
                                                         const JobContext& job) {
    std::shared_ptr<const BlockStatistics> statistics;
    bench.cache.load(
        ArtefactCache::key(blockInputs(run, block)),
        [&](const H5File& file) { statistics = std::make_shared<const BlockStatistics>(readBlockTaps(file)); }, job);
    return statistics;
}

bool isObserved(const Workbench& bench, const Run& run) {
    for (int block = 0; block < std::ssize(run.blockKeys); ++block)
        if (!bench.cache.has(ArtefactCache::key(blockInputs(run, block))))
            return false;
    return true;
}

void observeRun(Workbench& bench, const Project& project, const Run& run, JobContext& job,
                const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock) {
    const auto model = openModelOf(bench, run, job);
    const TokenWindows windows = packAgain(project, run.calibration, *model, job);
    recoverCodes(bench, project, run, job);
    const auto resumable = passInputs(run, "run statistics checkpoint");
    std::vector<std::string> keys = run.blockKeys;
    for (int block = 0; block < model->model.spec.blocks; ++block)
        keys.push_back(ArtefactCache::key(blockInputs(run, block)));
    const auto held = bench.cache.hold(keys, resumable);
    BlockKeeper keeper{bench, [&](int block) { return blockInputs(run, block); },
                       [&](int block) { return loadRunStatistics(bench, run, block, job); }, onBlock, job};
    PassHooks hooks;
    keeper.attach(hooks);
    hooks.observers = run.calibration.observers;
    hooks.changes = runChanges(bench, model->model, run);
    hooks.grams = false;
    hooks.documentName = documentNames(project, run.calibration.setName);
    PassDemand demand = demandOf(run.calibration, windows);
    demand.logits = false;
    const PassMemory memory = planPassMemory(model->model.spec, demand, bench.memoryAllowed());
    hooks.experts = memory.experts;
    const Stopwatch watch;
    runCalibrationPass(model->model, windows, bench.hiddenPlace(memory, resumable), hooks, job,
                       run.calibration.precision);
    if (keeper.computed == 0)
        bench.cache.removeCheckpoint(resumable);
    job.log(fmt::format("{}: what its taps see over {} windows, {} of {} blocks computed, {:.1f} s", run.name,
                        windows.count(), keeper.computed, run.blockKeys.size(), watch.seconds()));
}

} // namespace vernier
