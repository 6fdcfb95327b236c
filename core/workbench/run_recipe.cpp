#include "core/workbench/run_recipe.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/store/set_fingerprint.h"
#include "core/store/settings_json.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"

#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr const char* kFormat = "vernier run recipe";
constexpr int kVersion = 1;

template <class Value>
void hashValues(Sha256& hash, const std::vector<Value>& values) {
    hash.update(std::to_string(values.size()) + ' ');
    hash.update(std::as_bytes(std::span(values)));
}

std::string hashOfCodes(const Workbench& bench, const Run& run, const JobContext& job) {
    Sha256 hash;
    for (int index = 0; index < static_cast<int>(run.blockKeys.size()); ++index) {
        job.throwIfCancelled();
        const QuantizedBlock block = runBlock(bench, run, index);
        for (const InputRange& range : block.inputRanges)
            hashValues(hash, std::vector<double>{range.low, range.high});
        for (const auto& [name, linear] : block.linears) {
            hash.update(name + '\n');
            hashValues(hash, linear.codes);
            hashValues(hash, linear.scales);
            hashValues(hash, linear.zeros);
            hashValues(hash, linear.minimums);
            hashValues(hash, linear.groupIndex);
            hashValues(hash, linear.inputScales);
            hashValues(hash, linear.outputScales);
        }
    }
    return hash.finish();
}

} // namespace

RunRecipe recipeOf(Workbench& bench, const Project& project, const Run& run, JobContext& job) {
    recoverCodes(bench, project, run, job);
    const CalibrationRecord& record = run.calibration;
    RunRecipe recipe;
    recipe.run = run.name;
    recipe.settings = run.settings;
    recipe.modelFolder = record.modelFolder;
    recipe.modelFingerprint = record.modelFingerprint;
    recipe.setName = record.setName;
    if (const CalibrationSet* set = project.findSet(record.setName))
        recipe.setFingerprint = setFingerprint(*set, project.corpus);
    recipe.packing = record.recipe;
    recipe.precision = record.precision;
    recipe.observers = record.observers;
    recipe.windowsHash = record.windowsHash;
    recipe.codesHash = hashOfCodes(bench, run, job);
    return recipe;
}

json toJson(const RunRecipe& recipe) {
    return {{"format", kFormat},
            {"version", kVersion},
            {"producer", "Vernier " VERNIER_VERSION},
            {"run", recipe.run},
            {"settings", toJson(recipe.settings)},
            {"model", {{"folder", recipe.modelFolder}, {"fingerprint", recipe.modelFingerprint}}},
            {"calibration",
             {{"set", recipe.setName},
              {"set_fingerprint", recipe.setFingerprint},
              {"recipe", toJson(recipe.packing)},
              {"precision", name(recipe.precision)},
              {"observers", toJson(recipe.observers)},
              {"windows_sha256", recipe.windowsHash}}},
            {"codes_sha256", recipe.codesHash}};
}

RunRecipe runRecipeFromJson(const json& source) {
    const JsonFields fields(source, "run recipe");
    if (fields.text("format") != kFormat)
        throw Error(ErrorKind::Input, "format", fmt::format("{} is no run recipe", fields.text("format")),
                    "write one with: vernier recipe PROJECT --run RUN --out FILE");
    if (const auto version = fields.integer("version", 1, 1000); version > kVersion)
        throw Error(ErrorKind::Unsupported, "version", fmt::format("{} is newer than {}", version, kVersion),
                    "use a newer Vernier");
    RunRecipe recipe;
    recipe.run = fields.text("run");
    recipe.settings = quantizeSettingsFromJson(fields.member("settings"));
    const JsonFields model(fields.member("model"), "model");
    recipe.modelFolder = model.text("folder");
    recipe.modelFingerprint = model.text("fingerprint");
    const JsonFields calibration(fields.member("calibration"), "calibration");
    recipe.setName = calibration.text("set");
    recipe.setFingerprint = calibration.text("set_fingerprint");
    recipe.packing = packingRecipeFromJson(calibration.member("recipe"));
    recipe.precision = precisionIn(calibration);
    recipe.observers = observerOptionsFromJson(calibration.member("observers"));
    recipe.windowsHash = calibration.text("windows_sha256");
    recipe.codesHash = fields.text("codes_sha256");
    return recipe;
}

Reproduction reproduce(Workbench& bench, const Project& project, const RunRecipe& recipe,
                       const std::filesystem::path& modelFolder, const std::string& runName, JobContext& job) {
    Reproduction made;
    const auto compare = [&](const char* what, const std::string& found, const std::string& wanted) {
        if (found != wanted)
            made.differences.push_back(fmt::format("{}: {} here, {} in the recipe", what, found, wanted));
    };
    CalibrateRequest request;
    request.modelFolder = modelFolder.empty() ? std::filesystem::path(recipe.modelFolder) : modelFolder;
    request.setName = recipe.setName;
    request.recipe = recipe.packing;
    request.precision = recipe.precision;
    request.observers = recipe.observers;
    const auto model = bench.open(request.modelFolder, job);
    compare("model", model->fingerprint, recipe.modelFingerprint);
    compare("documents of the set", setFingerprint(chooseSet(project, recipe.setName), project.corpus),
            recipe.setFingerprint);
    made.calibration = calibrate(bench, project, request, job).record;
    compare("windows", made.calibration.windowsHash, recipe.windowsHash);
    compare("precision", std::string(name(made.calibration.precision)), std::string(name(recipe.precision)));
    const std::string name = !runName.empty() ? runName : recipe.run;
    made.run = quantize(bench, project, {name, recipe.settings, made.calibration}, job).run;
    compare("codes", hashOfCodes(bench, made.run, job), recipe.codesHash);
    return made;
}

} // namespace vernier
