#include "app/cli/arguments.h"
#include "app/cli/recipe_options.h"
#include "app/cli/verbs.h"
#include "core/store/recipe_json.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/preview_set.h"

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, model, set;
    RecipeOptions recipe;
    std::int64_t window = 0;
    bool json = false;
};

/// The bytes of a token between quotation marks, line breaks and the like as escapes.
std::string quoted(const std::string& bytes) {
    return nlohmann::json(bytes).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void printTable(const SetPreview& preview, std::int64_t window, const DocumentName& documentName) {
    const TokenWindows& windows = preview.windows;
    fmt::print("window {} of {}, {} tokens, {} of them padding\n", window, windows.count(), windows.sequenceLength,
               windows.sequenceLength - windows.validLength(window));
    for (std::size_t at = 0; at < preview.tokens.size(); ++at) {
        const PreviewToken& token = preview.tokens[at];
        const bool isOther = at == 0 || token.document != preview.tokens[at - 1].document;
        if (isOther)
            fmt::print("{}\n", documentName(token.document));
        fmt::print("{:>7} {:>8}  {:<9} {:<10} {}\n", at, token.id, nameOf(token.origin), token.role,
                   quoted(token.bytes));
    }
    fmt::print(stderr, "{} documents left out, {} tokens in no window\n", windows.droppedDocuments,
               windows.droppedTokens);
}

nlohmann::json toJson(const SetPreview& preview, std::int64_t window, const DocumentName& documentName) {
    nlohmann::json tokens = nlohmann::json::array();
    for (const PreviewToken& token : preview.tokens)
        tokens.push_back({{"id", token.id},
                          {"text", token.bytes},
                          {"origin", nameOf(token.origin)},
                          {"special", token.isSpecial},
                          {"role", token.role},
                          {"document", documentName(token.document)}});
    return {{"window", window},
            {"windows", preview.windows.count()},
            {"sequence_length", preview.windows.sequenceLength},
            {"tokens_before_padding", preview.windows.validLength(window)},
            {"documents_left_out", preview.windows.droppedDocuments},
            {"tokens_in_no_window", preview.windows.droppedTokens},
            {"tokens", tokens}};
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const CalibrationSet& set = chooseSet(project, options.set);
    const auto model = bench.open(requireModel(options.model, project), job);
    const PackingRecipe recipe = options.recipe.changed(recipeOf(set));
    const SetPreview preview = previewSet(project, set, *model, recipe, options.window, job);
    const DocumentName documentName = documentNames(project, set.name);
    if (!options.json)
        return printTable(preview, options.window, documentName);
    nlohmann::json result = toJson(preview, options.window, documentName);
    result["recipe"] = vernier::toJson(recipe);
    print(result);
}

} // namespace

void addPreview(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("preview", "Show what the model will see of a set, token by token");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--model", options->model, "Hugging Face model folder (default: the project's)");
    verb->add_option("--set", options->set, "Calibration set (default: default, or else the project's first)");
    verb->add_option("--window", options->window, "Window to show, from 0")->capture_default_str();
    options->recipe.addTo(*verb);
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
