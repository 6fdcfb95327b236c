#include "core/workbench/calibrate.h"

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/store/artefacts.h"
#include "core/workbench/keep_blocks.h"
#include "core/workbench/pack_set.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 5; // raised when the content of the artefact or the way it is computed changes

nlohmann::json passInputs(const std::string& kind, const Workbench::OpenModel& model, const CalibrationRecord& record) {
    return {{"kind", kind},
            {"format", kFormat},
            {"model", model.fingerprint},
            {"windows", record.windowsHash},
            {"precision", name(record.precision)}};
}

/// Observers enter the key where they are not the usual ones.
nlohmann::json observedInputs(const std::string& kind, const Workbench::OpenModel& model,
                              const CalibrationRecord& record, const ObserverOptions& observers) {
    auto inputs = passInputs(kind, model, record);
    if (observers != ObserverOptions{})
        inputs["observers"] = toJson(observers);
    return inputs;
}

nlohmann::json logitsInputs(const Workbench::OpenModel& model, const CalibrationRecord& record) {
    return observedInputs("calibration logits", model, record, {record.observers.extremes, false});
}

nlohmann::json blockInputs(const Workbench::OpenModel& model, const CalibrationRecord& record, int block) {
    auto inputs = observedInputs("calibration block", model, record, record.observers);
    inputs["block"] = block;
    return inputs;
}

std::shared_ptr<const BlockStatistics> load(const Workbench& bench, const CalibrationRecord& record, int block,
                                            BlockStatistics (*read)(const H5File&), const JobContext& job) {
    std::shared_ptr<const BlockStatistics> statistics;
    bench.cache.load(
        record.blockKeys.at(static_cast<std::size_t>(block)),
        [&](const H5File& file) { statistics = std::make_shared<const BlockStatistics>(read(file)); }, job);
    return statistics;
}

std::vector<std::string> keysOf(const CalibrationRecord& record) {
    std::vector<std::string> keys = record.blockKeys;
    if (!record.logitsKey.empty())
        keys.push_back(record.logitsKey);
    return keys;
}

} // namespace

CalibrationRecord describeCalibration(const Workbench::OpenModel& model, const CalibrateRequest& request,
                                      const std::string& setName, const TokenWindows& windows, JobContext& job) {
    CalibrationRecord record;
    record.precision = choosePrecision(request.precision, job);
    record.modelFolder = model.model.folder.string();
    record.modelFingerprint = model.fingerprint;
    record.setName = setName;
    record.recipe = request.recipe;
    record.windowsHash = windows.hash();
    record.windows = windows.count();
    record.observers = request.observers;
    record.created = timestamp();
    for (int block = 0; block < model.model.spec.blocks; ++block)
        record.blockKeys.push_back(ArtefactCache::key(blockInputs(model, record, block)));
    if (request.logits)
        record.logitsKey = ArtefactCache::key(logitsInputs(model, record));
    return record;
}

PassDemand demandOf(const CalibrationRecord& record, const TokenWindows& windows) {
    PassDemand demand(windows, 1);
    demand.precision = record.precision;
    demand.observers = record.observers;
    demand.logits = !record.logitsKey.empty();
    demand.canSpillGrams = demand.canLoadExperts = true;
    return demand;
}

CalibrateOutcome calibrate(Workbench& bench, const Project& project, const CalibrateRequest& request, JobContext& job,
                           const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock) {
    request.observers.validate();
    const auto model = bench.open(request.modelFolder, job);
    const CalibrationSet& set = chooseSet(project, request.setName);
    const TokenWindows windows = packSet(project, set, *model, request.recipe, job);
    CalibrateOutcome outcome;
    CalibrationRecord& record = outcome.record = describeCalibration(*model, request, set.name, windows, job);
    const auto resumable = passInputs("calibration checkpoint", *model, record);
    const auto held = bench.cache.hold(keysOf(record), resumable);
    if (request.onPlan)
        request.onPlan(planCalibration(bench, *model, record, windows, job));
    BlockKeeper keeper{bench, [&](int block) { return blockInputs(*model, record, block); },
                       [&](int block) { return load(bench, record, block, readBlockTaps, job); }, onBlock, job};
    PassHooks hooks;
    keeper.attach(hooks);
    hooks.observers = record.observers;
    const bool logitsMissing = !record.logitsKey.empty() && !loadLogits(bench, record);
    if (logitsMissing)
        hooks.onLogits = [&](TapStatistics statistics) {
            // The head stands behind the last block, and has one tap and no Gram.
            BlockStatistics head;
            head.block = model->model.spec.blocks;
            head.taps.push_back(std::move(statistics));
            bench.cache.save(
                logitsInputs(*model, record), [&](H5File& file) { writeBlockStatistics(file, head); }, job);
        };
    hooks.documentName = documentNames(project, set.name);
    const PassMemory memory = planPassMemory(model->model.spec, demandOf(record, windows), bench.memoryAllowed());
    hooks.experts = memory.experts;
    if (!memory.gramsInMemory)
        hooks.gramFolder = bench.cache.folder();
    const Stopwatch watch;
    runCalibrationPass(model->model, windows, bench.hiddenPlace(memory, resumable), hooks, job, record.precision);
    outcome.fromCache = keeper.computed == 0 && !logitsMissing;
    if (outcome.fromCache) {
        bench.cache.removeCheckpoint(resumable);
        job.log(fmt::format("calibration on {}: found in the cache, nothing recomputed", set.name));
        return outcome;
    }
    record.seconds = watch.seconds();
    job.log(fmt::format("calibration on {}: {} windows of {} tokens, {} of {} blocks{} computed, {:.1f} s", set.name,
                        record.windows, windows.sequenceLength, keeper.computed, record.blockKeys.size(),
                        logitsMissing ? " and the logits" : "", record.seconds));
    return outcome;
}

void remember(Project& project, CalibrationRecord record) {
    std::erase_if(project.calibrations, [&](const CalibrationRecord& known) {
        if (known.blockKeys != record.blockKeys || known.setName != record.setName)
            return false;
        if (record.seconds == 0) // came from the cache: what it once cost is still known
            record.seconds = known.seconds, record.created = known.created;
        if (record.logitsKey.empty())
            record.logitsKey = known.logitsKey;
        return true;
    });
    project.modelFolder = record.modelFolder;
    project.calibrations.push_back(std::move(record));
}

std::shared_ptr<const TapStatistics> loadLogits(const Workbench& bench, const CalibrationRecord& record) {
    std::shared_ptr<const TapStatistics> statistics;
    bench.cache.load(record.logitsKey, [&](const H5File& file) {
        BlockStatistics head = readBlockStatistics(file);
        if (head.taps.size() != 1)
            throw Error(ErrorKind::Input, file.path().string(), "does not hold the one tap of the head");
        statistics = std::make_shared<const TapStatistics>(std::move(head.taps.front()));
    });
    return statistics;
}

std::shared_ptr<const BlockStatistics> loadBlockStatistics(const Workbench& bench, const CalibrationRecord& record,
                                                           int block, const JobContext& job) {
    return load(bench, record, block, readBlockStatistics, job);
}

std::shared_ptr<const BlockStatistics> requireBlockStatistics(Workbench& bench, const Project& project,
                                                              const CalibrationRecord& record, int block,
                                                              JobContext& job) {
    if (auto statistics = loadBlockStatistics(bench, record, block))
        return statistics;
    job.log("The cache has lost what the calibration saw; calibrating again");
    CalibrateRequest request;
    request.modelFolder = record.modelFolder;
    request.setName = record.setName;
    request.recipe = record.recipe;
    request.precision = record.precision;
    calibrate(bench, project, request, job);
    auto statistics = loadBlockStatistics(bench, record, block);
    if (!statistics)
        throw Error(ErrorKind::Io, bench.cache.folder().string(), "does not keep what a calibration saw",
                    "raise the limit of the cache");
    return statistics;
}

TokenWindows packAgain(const Project& project, const CalibrationRecord& record, const Workbench::OpenModel& model,
                       JobContext& job) {
    TokenWindows windows = packSet(project, chooseSet(project, record.setName), model, record.recipe, job);
    if (windows.hash() != record.windowsHash || model.fingerprint != record.modelFingerprint)
        throw Error(ErrorKind::Input, fmt::format("calibration on {}", record.setName),
                    "the set or the model has changed since", "calibrate again");
    return windows;
}

} // namespace vernier
