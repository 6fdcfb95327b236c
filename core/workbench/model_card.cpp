#include "core/workbench/model_card.h"

#include "core/base/byte_size.h"
#include "core/store/recipe_json.h"
#include "core/store/settings_json.h"
#include "core/workbench/export_set.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

/// A cell of a Markdown table.
std::string cell(std::string text) {
    std::string safe;
    for (const char c : text)
        if (c == '|')
            safe += "\\|";
        else
            safe += c == '\n' || c == '\r' ? ' ' : c;
    return safe;
}

std::string baseName(const Run& run) {
    const std::filesystem::path folder(run.calibration.modelFolder);
    return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

std::string settingsTable(const Run& run) {
    std::string rows = "| setting | value |\n| --- | --- |\n";
    const json settings = toJson(run.settings);
    for (const auto& [key, value] : settings.items())
        rows += fmt::format("| {} | {} |\n", key, cell(value.is_string() ? value.get<std::string>() : value.dump()));
    return rows;
}

std::string calibrationTable(const Project& project, const Run& run) {
    const CalibrationRecord& calibration = run.calibration;
    std::string text =
        fmt::format("{} windows of {} tokens of the set \"{}\", packed by the recipe `{}`; SHA-256 of the windows "
                    "`{}`.\n\n",
                    calibration.windows, calibration.recipe.sequenceLength, calibration.setName,
                    toJson(calibration.recipe).dump(), calibration.windowsHash);
    const CalibrationSet* set = project.findSet(calibration.setName);
    if (!set)
        return text + "The set itself is no longer in the project.\n";
    text += "| source | documents | SHA-256 of them |\n| --- | ---: | --- |\n";
    for (const json& source : sourcesOf(*set, project.corpus))
        text += fmt::format("| {} | {} | `{}` |\n", cell(source["source"]), source["documents"].get<std::uint64_t>(),
                            source["sha256"].get<std::string>());
    return text;
}

std::string results(const Run& run) {
    std::string text = fmt::format("{:.3f} bits per quantized weight; {} in codes, {} in what stays in 16 bits; mean "
                                   "relative error of layer outputs {:.3e}.\n\n",
                                   run.bitsPerWeight(), byteSizeText(run.storedBytes), byteSizeText(run.otherBytes),
                                   run.meanRelativeError());
    if (!run.evaluation)
        return text + "It was not evaluated before it was exported.\n";
    const Evaluation& evaluation = *run.evaluation;
    text += fmt::format("On {} ({} windows of {} tokens, {} predictions; {}):\n\n| measure | value |\n| --- | ---: |\n",
                        evaluation.dataName, evaluation.windows, evaluation.sequenceLength, evaluation.scoredTokens,
                        evaluation.protocol);
    text += fmt::format("| perplexity | {:.4f} |\n", evaluation.perplexity);
    if (evaluation.referencePerplexity)
        text += fmt::format("| perplexity in full precision | {:.4f} |\n", *evaluation.referencePerplexity);
    if (evaluation.kl)
        text += fmt::format("| KL to full precision, nats | {:.6f} |\n", *evaluation.kl);
    if (evaluation.top1)
        text += fmt::format("| same first choice | {:.2f} % |\n", 100 * *evaluation.top1);
    return text;
}

std::string loaderTable(const std::vector<LoaderVerdict>& loaders) {
    std::string text = "| program | loads it | why |\n| --- | --- | --- |\n";
    for (const LoaderVerdict& verdict : loaders)
        text +=
            fmt::format("| {} | {} | {} |\n", cell(verdict.loader), verdict.loads ? "yes" : "no", cell(verdict.why));
    return text;
}

} // namespace

json exportedRecipe(const Project& project, const Run& run, ExportFormat format) {
    const CalibrationRecord& calibration = run.calibration;
    json recipe = {{"format", "vernier recipe"},
                   {"version", 1},
                   {"producer", "Vernier " VERNIER_VERSION},
                   {"export_format", name(format)},
                   {"run", run.name},
                   {"created", run.created},
                   {"settings", toJson(run.settings)},
                   {"model", {{"name", baseName(run)}, {"fingerprint", calibration.modelFingerprint}}},
                   {"calibration",
                    {{"set", calibration.setName},
                     {"recipe", toJson(calibration.recipe)},
                     {"windows", calibration.windows},
                     {"windows_sha256", calibration.windowsHash}}},
                   {"bits_per_weight", run.bitsPerWeight()}};
    if (const CalibrationSet* set = project.findSet(calibration.setName))
        recipe["calibration"]["sources"] = sourcesOf(*set, project.corpus);
    if (run.evaluation)
        recipe["evaluation"] = toJson(*run.evaluation);
    return recipe;
}

std::string modelCard(const Project& project, const Run& run, ExportFormat format,
                      const std::vector<LoaderVerdict>& loaders) {
    const std::string base = baseName(run);
    std::string card = fmt::format("---\nbase_model: {}\nbase_model_relation: quantized\npipeline_tag: "
                                   "text-generation\nlibrary_name: {}\ntags:\n- vernier\n- {}\n- {}-bit\n---\n\n",
                                   json(base).dump(), format == ExportFormat::Gguf ? "gguf" : "transformers",
                                   name(format), run.settings.scheme.bits);
    card += fmt::format("# {}, {}\n\n{} quantized with {} to {} by Vernier {}, written as {}.\n\n", base, run.name,
                        base, name(run.settings.method), run.settings.scheme.text(), VERNIER_VERSION, name(format));
    card += "## Recipe\n\n" + settingsTable(run) + "\n`vernier_recipe.json` says the same to programs.\n\n";
    card += "## Calibration\n\n" + calibrationTable(project, run) + "\n";
    card += "## Measured\n\n" + results(run) + "\n";
    card += "## Who loads it\n\n" + loaderTable(loaders);
    return card;
}

} // namespace vernier
