#include "core/workbench/quantize.h"

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/names.h"
#include "core/export/changes_of_run.h"
#include "core/quantize/few_tokens.h"
#include "core/store/artefacts.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/run_codes.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 2; // raised when the content of the artefact or the way it is computed changes

nlohmann::json runInputs(const std::string& kind, const std::string& fingerprint, const std::string& windowsHash,
                         const QuantizeSettings& settings) {
    return {{"kind", kind},
            {"format", kFormat},
            {"model", fingerprint},
            {"windows", windowsHash},
            {"settings", toJson(settings)},
            {"precision", name(settings.precision)}};
}

std::optional<QuantizedBlock> loadBlock(const Workbench& bench, const std::string& key, const JobContext& job = {}) {
    std::optional<QuantizedBlock> block;
    bench.cache.load(
        key, [&](const H5File& file) { block = readQuantizedBlock(file); }, job);
    return block;
}

/// What of the settings a block's codes depend on. Under the Grams of the calibration, overrides for other blocks
/// change nothing, so that a run that differs in one layer solves that layer's block alone.
QuantizeSettings settingsOfBlock(const ArchitectureSpec& spec, const QuantizeSettings& settings, int block) {
    QuantizeSettings ofBlock = settings;
    if (settings.grams != GramSource::FullPrecision)
        return ofBlock;
    std::erase_if(ofBlock.overrides, [&](const LinearOverride& change) {
        for (const InputGroup& group : spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                if (matchesPattern(change.pattern, spec.linearName(block, linear.name)))
                    return false;
        return true;
    });
    return ofBlock;
}

/// What the codes of a block depend on.
nlohmann::json blockInputs(const ArchitectureSpec& spec, const CalibrationRecord& record,
                           const QuantizeSettings& settings, int block) {
    auto all = runInputs("quantized block", record.modelFingerprint, record.windowsHash,
                         settingsOfBlock(spec, settings, block));
    all["block"] = block;
    return all;
}

void addReports(Run& run, const std::vector<LinearReport>& reports) {
    for (const LinearReport& report : reports) {
        run.storedBytes += report.storedBytes;
        run.parameters += report.parameters;
        run.reports.push_back(report);
    }
}

/// The reports of a run whose blocks are all in the cache; false when one is absent or damaged.
bool readRun(const Workbench& bench, Run& run) {
    if (!std::ranges::all_of(run.blockKeys, [&](const std::string& key) { return bench.cache.has(key); }))
        return false;
    Run complete = run;
    for (const std::string& key : run.blockKeys) {
        const auto block = loadBlock(bench, key);
        if (!block)
            return false;
        addReports(complete, block->reports);
    }
    run = std::move(complete);
    return true;
}

} // namespace

QuantizeSettings settingsForProject(QuantizeSettings settings, const Project& project) {
    if (settings.activations.isStatic())
        settings.activations.chosen = project.chosenRanges;
    return settings;
}

Run describeRun(const Workbench::OpenModel& model, const CalibrationRecord& record, const QuantizeSettings& settings,
                JobContext& job) {
    const ArchitectureSpec& spec = model.model.spec;
    Run run;
    run.settings = settings;
    run.settings.precision =
        settings.grams == GramSource::FullPrecision ? record.precision : choosePrecision(settings.precision, job);
    run.calibration = record;
    run.created = timestamp();
    // What is not a quantized linear stays in 16 bits: embedding, norms, head.
    run.otherBytes = 2 * static_cast<std::uint64_t>(model.model.checkpoint.parameters() - spec.linearParameters());
    for (int block = 0; block < spec.blocks; ++block)
        run.blockKeys.push_back(ArtefactCache::key(blockInputs(spec, record, run.settings, block)));
    return run;
}

QuantizeOutcome quantize(Workbench& bench, const Project& project, const QuantizeRequest& request, JobContext& job,
                         const std::function<void(const LinearReport&)>& onLinear) {
    request.settings.validate();
    const CalibrationRecord& record = request.calibration;
    const auto model = bench.open(record.modelFolder, job);
    const TokenWindows windows = packAgain(project, record, *model, job);

    QuantizeOutcome outcome;
    Run& run = outcome.run;
    run = describeRun(*model, record, request.settings, job);
    run.name = request.name.empty() ? freeRunName(project, request.settings, record.setName) : request.name;

    const auto resumable = runInputs("quantization checkpoint", model->fingerprint, record.windowsHash, run.settings);
    if (readRun(bench, run)) {
        outcome.fromCache = true;
        bench.cache.removeCheckpoint(resumable);
        if (onLinear)
            std::ranges::for_each(run.reports, onLinear);
        job.log(fmt::format("{}: found in the cache, nothing recomputed", run.name));
        return outcome;
    }
    warnOfLeaks(project, record.setName, job);
    warnOfFewTokens(model->model.spec, run.settings, windows, job);
    const Stopwatch watch;
    QuantizeHooks hooks;
    hooks.onLinear = onLinear;
    hooks.known = [&](int block) { return loadBlock(bench, run.blockKeys[static_cast<std::size_t>(block)], job); };
    hooks.onBlock = [&](const QuantizedBlock& block) {
        if (!bench.cache.has(run.blockKeys[static_cast<std::size_t>(block.block)]))
            bench.cache.save(
                blockInputs(model->model.spec, record, run.settings, block.block),
                [&](H5File& file) { writeQuantizedBlock(file, block); }, job);
        addReports(run, block.reports);
    };
    hooks.statistics = [&](int block) { return requireBlockStatistics(bench, project, record, block, job); };
    hooks.documentName = documentNames(project, record.setName);
    const auto held = bench.cache.hold(run.blockKeys, resumable);
    quantizeModel(model->model, windows, run.settings,
                  bench.hiddenPlace(model->model.spec, PassDemand(windows, 1), resumable), hooks, job);
    run.seconds = watch.seconds();
    job.log(fmt::format("{}: {} linears, {:.2f} bits per weight, {:.1f} s", run.name, run.reports.size(),
                        run.bitsPerWeight(), run.seconds));
    return outcome;
}

void remember(Project& project, Run run) {
    const Run* known = project.findRun(run.name);
    if (known && known->blockKeys == run.blockKeys) {
        run.evaluation = run.evaluation ? run.evaluation : known->evaluation;
        if (run.seconds == 0) // came from the cache: what it once cost is still known
            run.seconds = known->seconds, run.created = known->created;
        run.tags = known->tags, run.note = known->note;
    }
    if (Run* place = project.findRun(run.name))
        *place = std::move(run);
    else
        project.runs.push_back(std::move(run));
}

std::string freeRunName(const Project& project, const QuantizeSettings& settings, const std::string& setName) {
    const Scheme& scheme = settings.scheme;
    std::string name = vernier::name(settings.method);
    if (scheme.format != NumberFormat::Integer)
        name += "-" + vernier::name(scheme.format);
    else
        name += fmt::format("-{}bit", scheme.bits);
    if (facts(scheme.format).groupSize == 0)
        name += scheme.groupSize > 0    ? fmt::format("-g{}", scheme.groupSize)
                : scheme.groupSize == 0 ? "-tensor"
                                        : "-row";
    if (scheme.symmetric && scheme.format == NumberFormat::Integer)
        name += "-sym";
    if (usesGptq(settings.method) && settings.order != ColumnOrder::Natural)
        name += settings.order == ColumnOrder::Activation ? "-actorder" : "-gar";
    if (settings.ranges.searches())
        name += "-mse";
    if (settings.activations.rounds())
        name += fmt::format("-a{}", settings.activations.bits);
    if (settings.activations.roundsCache())
        name += fmt::format("-kv{}", settings.activations.keyValueBits);
    if (setName != "default" && setName != "calibration")
        name += "-" + setName;
    return freeName(name, [&](const std::string& tried) { return project.findRun(tried) != nullptr; });
}

bool hasCodes(const Workbench& bench, const Run& run) {
    return std::ranges::all_of(run.blockKeys, [&](const std::string& key) { return bench.cache.has(key); });
}

void recoverCodes(Workbench& bench, const Project& project, const Run& run, JobContext& job) {
    if (hasCodes(bench, run))
        return;
    job.log(fmt::format("{}: its codes are no longer in the cache, quantizing again", run.name));
    quantize(bench, project, {run.name, run.settings, run.calibration}, job);
}

QuantizedBlock runBlock(const Workbench& bench, const Run& run, int block) {
    auto loaded = loadBlock(bench, run.blockKeys.at(static_cast<std::size_t>(block)));
    if (!loaded)
        throw Error(ErrorKind::Io, bench.cache.folder().string(), "an artefact of the run has vanished",
                    "quantize again");
    return std::move(*loaded);
}

ModelChanges runChanges(const Workbench& bench, const Model& model, const Run& run) {
    return changesOfRun(model, run.settings, [&bench, run](int block) { return runBlock(bench, run, block); });
}

} // namespace vernier
