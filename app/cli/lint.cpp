#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/store/project_file.h"
#include "core/store/recipe_json.h"
#include "core/workbench/lint_set.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, fix;
    std::string set, model, evaluation;
    bool json = false;
};

nlohmann::json toJson(const LintFinding& finding) {
    nlohmann::json json = {{"kind", nameOf(finding.kind)},
                           {"severity", nameOf(finding.severity)},
                           {"sentence", finding.sentence},
                           {"count", finding.count},
                           {"documents", finding.documents}};
    if (finding.repair) {
        json["repair"] = {{"label", finding.repair->label}, {"leave_out", finding.repair->leaveOut}};
        if (finding.repair->recipe)
            json["repair"]["recipe"] = vernier::toJson(*finding.repair->recipe);
    }
    return json;
}

nlohmann::json toJson(const SetLint& lint) {
    nlohmann::json findings = nlohmann::json::array();
    for (const LintFinding& finding : lint.findings)
        findings.push_back(toJson(finding));
    return {{"set", lint.setName},
            {"evaluation", lint.evaluationSet},
            {"documents", lint.documents},
            {"findings", findings}};
}

void printLint(const SetLint& lint) {
    for (const LintFinding& finding : lint.findings) {
        fmt::print("{} {}: {}.\n", nameOf(finding.severity), nameOf(finding.kind), finding.sentence);
        if (finding.repair)
            fmt::print("    {}: --fix {}\n", finding.repair->label, nameOf(finding.kind));
    }
    fmt::print("{} findings in {} ({} documents)\n", lint.findings.size(), lint.setName, lint.documents);
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    Project project = requireProject(options.project);
    const LintRequest request{options.set, options.model, options.evaluation};
    if (options.fix.empty()) {
        const SetLint lint = lintProjectSet(bench, project, request, job);
        options.json ? print(toJson(lint)) : printLint(lint);
        return;
    }
    const std::optional<LintKind> kind =
        options.fix == "all" ? std::nullopt : std::optional(lintKindFromName(options.fix));
    const SetRepair repair = repairProjectSet(bench, project, request, kind, job);
    if (!repair.steps.empty()) {
        project.sets = replaceSet(project.sets, repair.edit).sets;
        saveProject(project, options.project);
    }
    if (options.json) {
        nlohmann::json result = toJson(repair.after);
        result["repaired"] = repair.steps;
        return print(result);
    }
    for (const std::string& step : repair.steps)
        fmt::print("repaired {}\n", step);
    printLint(repair.after);
}

} // namespace

void addLint(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("lint", "Look through a set and its recipe for mistakes, and repair them");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--set", options->set, "Set to look through (default: default, or else the project's first)");
    verb->add_option("--model", options->model, "Model folder; without one, tokens and templates are not checked");
    verb->add_option("--evaluation", options->evaluation, "Evaluation set to compare with (default: evaluation)");
    verb->add_option("--fix", options->fix, "Repair one kind of finding, or all warnings and errors that have a repair")
        ->type_name("KIND|all");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
