#include "core/workbench/demo.h"

#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/import_files.h"
#include "core/workbench/quantize.h"

#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 3> kSets = {"calibration", "greetings", "evaluation"};

/// One run of the demo: a method and the set it is calibrated on.
struct DemoRun {
    Method method;
    const char* set;
};
constexpr std::array<DemoRun, 4> kRuns = {DemoRun{Method::Rtn, "calibration"}, DemoRun{Method::Gptq, "calibration"},
                                          DemoRun{Method::Awq, "calibration"}, DemoRun{Method::Gptq, "greetings"}};

std::string runName(const QuantizeSettings& settings, const char* set) {
    return freeRunName({}, settings, set);
}

} // namespace

fs::path demoFolder() {
    std::vector<fs::path> places;
    if (const char* named = std::getenv("VERNIER_DEMO"))
        places.emplace_back(named);
    std::error_code unknown;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", unknown); !unknown)
        places.push_back(program.parent_path() / ".." / "share" / "vernier" / "demo");
    places.push_back(fs::path(VERNIER_INSTALLED_DATA) / "demo");
    places.push_back(fs::path(VERNIER_SOURCE_DIR) / "resources" / "demo");
    std::string tried;
    for (const fs::path& place : places) {
        if (fs::exists(place / "model" / "config.json"))
            return fs::weakly_canonical(place);
        tried += (tried.empty() ? "" : ", ") + place.string();
    }
    throw Error(ErrorKind::Input, "demo", fmt::format("its model is in none of {}", tried),
                "install Vernier again or set VERNIER_DEMO to its folder");
}

DemoReport runDemo(Workbench& bench, const fs::path& projectPath, Project& project, JobContext& job) {
    const fs::path demo = demoFolder();
    DemoReport report;
    for (const char* set : kSets) {
        const ImportReport imported =
            importFiles(project, {demo / "text" / fmt::format("{}.jsonl", set)}, {set, {}}, job);
        job.log(fmt::format("import {}: {} documents, {} already there", set, imported.added, imported.alreadyPresent));
    }
    project.modelFolder = (demo / "model").string();
    saveProject(project, projectPath);

    PackingRecipe recipe;
    recipe.sequenceLength = 256;
    recipe.maxWindows = 32;
    QuantizeSettings settings;
    settings.scheme = {3, 64, false};
    std::optional<CalibrationRecord> diverse;
    for (const DemoRun& wanted : kRuns) {
        const auto calibration = calibrate(bench, project, {demo / "model", wanted.set, recipe}, job);
        ++(calibration.fromCache ? report.calibrationsFromCache : report.calibrationsComputed);
        remember(project, calibration.record);
        if (!diverse)
            diverse = calibration.record;
        settings.method = wanted.method;
        auto quantized = quantize(bench, project, {runName(settings, wanted.set), settings, calibration.record}, job);
        ++(quantized.fromCache ? report.runsFromCache : report.runsComputed);
        EvaluationData data;
        data.sequenceLength = recipe.sequenceLength;
        const auto evaluated = evaluateRun(bench, project, quantized.run, data, job);
        ++(evaluated.fromCache ? report.evaluationsFromCache : report.evaluationsComputed);
        quantized.run.evaluation = evaluated.evaluation;
        remember(project, std::move(quantized.run));
        saveProject(project, projectPath);
    }
    remember(project, *diverse); // what the studio shows first
    saveProject(project, projectPath);
    return report;
}

} // namespace vernier
