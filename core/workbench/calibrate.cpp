#include "core/workbench/calibrate.h"

#include "core/base/clock.h"
#include "core/store/artefacts.h"
#include "core/workbench/pack_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 2; // raised when the content of the artefact or the way it is computed changes

nlohmann::json blockInputs(const Workbench::OpenModel& model, const std::string& windowsHash, int block) {
    return {{"kind", "calibration block"}, {"format", kFormat},      {"model", model.fingerprint},
            {"windows", windowsHash},      {"precision", "float32"}, {"block", block}};
}

/// Hands over every block from the cache; false when one is absent or damaged.
bool replayFromCache(Workbench& bench, const CalibrationRecord& record, JobContext& job,
                     const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock) {
    if (!std::ranges::all_of(record.blockKeys, [&](const std::string& key) { return bench.cache.has(key); }))
        return false;
    job.beginStage("read the calibration", record.blockKeys.size());
    for (std::size_t block = 0; block < record.blockKeys.size(); ++block) {
        job.throwIfCancelled();
        const auto statistics = loadBlockStatistics(bench, record, static_cast<int>(block));
        if (!statistics)
            return false;
        if (onBlock)
            onBlock(statistics);
        job.advance();
    }
    return true;
}

} // namespace

CalibrateOutcome calibrate(Workbench& bench, const Project& project, const CalibrateRequest& request, JobContext& job,
                           const std::function<void(std::shared_ptr<const BlockStatistics>)>& onBlock) {
    const auto model = bench.open(request.modelFolder);
    const CalibrationSet& set = chooseSet(project, request.setName);
    const TokenWindows windows = packSet(project, set, *model, request.recipe, job);

    CalibrateOutcome outcome;
    CalibrationRecord& record = outcome.record;
    record.modelFolder = model->model.folder.string();
    record.modelFingerprint = model->fingerprint;
    record.setName = set.name;
    record.recipe = request.recipe;
    record.windowsHash = windows.hash();
    record.windows = windows.count();
    record.created = timestamp();
    for (int block = 0; block < model->model.spec.blocks; ++block)
        record.blockKeys.push_back(ArtefactCache::key(blockInputs(*model, record.windowsHash, block)));

    if (replayFromCache(bench, record, job, onBlock)) {
        outcome.fromCache = true;
        job.log(fmt::format("calibration on {}: found in the cache, nothing recomputed", set.name));
        return outcome;
    }
    const Stopwatch watch;
    runCalibrationPass(model->model, windows, job, [&](BlockStatistics statistics) {
        const auto shared = std::make_shared<const BlockStatistics>(std::move(statistics));
        bench.cache.save(blockInputs(*model, record.windowsHash, shared->block),
                         [&](H5File& file) { writeBlockStatistics(file, *shared); });
        if (onBlock)
            onBlock(shared);
    });
    record.seconds = watch.seconds();
    job.log(fmt::format("calibration on {}: {} windows of {} tokens, {} blocks, {:.1f} s", set.name, record.windows,
                        windows.sequenceLength, record.blockKeys.size(), record.seconds));
    return outcome;
}

void remember(Project& project, CalibrationRecord record) {
    std::erase_if(project.calibrations, [&](const CalibrationRecord& known) {
        if (known.blockKeys != record.blockKeys || known.setName != record.setName)
            return false;
        if (record.seconds == 0) // came from the cache: what it once cost is still known
            record.seconds = known.seconds, record.created = known.created;
        return true;
    });
    project.modelFolder = record.modelFolder;
    project.calibrations.push_back(std::move(record));
}

std::shared_ptr<const BlockStatistics> loadBlockStatistics(const Workbench& bench, const CalibrationRecord& record,
                                                           int block) {
    std::shared_ptr<const BlockStatistics> statistics;
    bench.cache.load(record.blockKeys.at(static_cast<std::size_t>(block)), [&](const H5File& file) {
        statistics = std::make_shared<const BlockStatistics>(readBlockStatistics(file));
    });
    return statistics;
}

} // namespace vernier
