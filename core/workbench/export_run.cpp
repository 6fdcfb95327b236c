#include "core/workbench/export_run.h"

#include "core/base/error.h"
#include "core/export/gguf/export_gguf.h"
#include "core/workbench/model_card.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

void requireExportable(const Model& model, const Run& run, ExportFormat format) {
    requireExportable(model.spec, run.settings, format);
    if (format == ExportFormat::Gguf)
        requireGgufModel(model);
}

ExportOutcome exportRun(Workbench& bench, const Project& project, const Run& run, const ExportRequest& request,
                        JobContext& job) {
    const auto model = openModelOf(bench, run, job);
    requireExportable(model->model, run, request.format);
    ExportFolder folder(request.folder, request.replace);
    recoverCodes(bench, project, run, job);
    const auto held = bench.cache.hold(run.blockKeys, {});
    const ExportSource source{model->model, run.settings, [&](int block) { return runBlock(bench, run, block); }};
    ExportOutcome outcome;
    outcome.size = request.format == ExportFormat::Gguf ? writeGguf(folder, source, job)
                                                        : writeCheckpoint(folder, source, request.format, job);
    outcome.loaders = loaderVerdicts(model->model.spec, run.settings, request.format);
    folder.write(kRecipeFile, exportedRecipe(project, run, request.format).dump(2) + "\n");
    folder.write("README.md", modelCard(project, run, request.format, outcome.loaders));
    folder.publish();
    outcome.folder = folder.target();
    return outcome;
}

nlohmann::json toJson(const ExportOutcome& outcome) {
    nlohmann::json loaders = nlohmann::json::array();
    for (const LoaderVerdict& verdict : outcome.loaders)
        loaders.push_back({{"loader", verdict.loader}, {"loads", verdict.loads}, {"why", verdict.why}});
    return {{"folder", outcome.folder.string()},
            {"bytes", outcome.size.bytes},
            {"files", outcome.size.files},
            {"loaders", loaders}};
}

} // namespace vernier
