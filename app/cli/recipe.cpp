#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "core/store/project_file.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_recipe.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::uint64_t kMostBytes = 16u << 20;

struct Options {
    std::string project, run, out, recipe, model, name;
    bool json = false;
};

void writeRecipe(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const nlohmann::json recipe = toJson(recipeOf(bench, project, requireRun(project, options.run), job));
    if (!options.out.empty())
        writeFile(options.out, recipe.dump(2) + "\n");
    if (options.out.empty() || options.json)
        cli::print(recipe);
}

void makeAgain(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const RunRecipe recipe = runRecipeFromJson(readJson(options.recipe, kMostBytes));
    Project project = requireProject(options.project);
    const Reproduction made = reproduce(bench, project, recipe, options.model, options.name, job);
    remember(project, made.calibration);
    remember(project, made.run);
    saveProject(project, options.project);
    if (options.json)
        return cli::print({{"run", made.run.name},
                           {"identical", made.differences.empty()},
                           {"differences", made.differences},
                           {"bits_per_weight", made.run.bitsPerWeight()}});
    if (made.differences.empty())
        return fmt::print("{}: bit for bit the run of the recipe\n", made.run.name);
    fmt::print("{}: made, but not the run of the recipe\n", made.run.name);
    for (const std::string& difference : made.differences)
        fmt::print("  {}\n", difference);
}

} // namespace

void addRecipe(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("recipe", "Write what a run was made from, so that it can be made again");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", options->run, "Run of the project")->required();
    verb->add_option("--out", options->out, "File to write (default: standard output)");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { writeRecipe(*options); });
}

void addRun(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "run", "Make a run again from its recipe, and say which input differs when it comes out otherwise");
    verb->add_option("recipe", options->recipe, "Recipe file, as vernier recipe writes it")->required();
    verb->add_option("--project", options->project, "Project that holds the calibration set")->required();
    verb->add_option("--model", options->model, "Model folder (default: the recipe's)");
    verb->add_option("--name", options->name, "Name of the run (default: the recipe's)");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { makeAgain(*options); });
}

} // namespace vernier::cli
