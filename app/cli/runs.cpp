#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/edit_runs.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_codes.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct RunsOptions {
    std::string project, note, baseline;
    std::vector<std::string> names, rename, remove, tag, untag, again;
    bool noBaseline = false, json = false;
};

nlohmann::json listJson(const Workbench& bench, const Project& project) {
    nlohmann::json runs = nlohmann::json::array();
    for (const Run& run : project.runs)
        runs.push_back({{"run", run.name},
                        {"created", run.created},
                        {"tags", run.tags},
                        {"note", run.note},
                        {"is_baseline", run.name == project.baselineRun},
                        {"codes_in_cache", hasCodes(bench, run)}});
    return runs;
}

std::string listTable(const Workbench& bench, const Project& project) {
    std::vector<std::vector<std::string>> rows;
    for (const Run& run : project.runs) {
        std::string note = run.note.substr(0, run.note.find('\n'));
        if (note.size() < run.note.size())
            note += " …";
        rows.push_back({run.name, run.name == project.baselineRun ? "yes" : "", run.created,
                        hasCodes(bench, run) ? "" : "not in the cache", tagsText(run.tags), note});
    }
    return table({"run", "baseline", "created", "codes", "tags", "note"}, rows);
}

std::vector<std::string> withoutCommas(const std::vector<std::string>& texts) {
    std::vector<std::string> tags;
    for (const std::string& text : texts)
        for (std::string& tag : tagsFromText(text))
            tags.push_back(std::move(tag));
    return tags;
}

/// Does what the options ask for, one edit after the other, and says what was done.
std::vector<std::string> edit(Project& project, const RunsOptions& options, bool hasNote) {
    std::vector<std::string> done;
    const auto carryOut = [&](const RunsEdit& edit) {
        apply(project, edit);
        done.push_back(edit.changes.empty() ? edit.description + " (as it was)" : edit.description);
    };
    if (!options.tag.empty() || !options.untag.empty()) {
        if (options.names.empty())
            throw Error(ErrorKind::Input, "--run", "is not given", "name the runs to tag");
        carryOut(tagRuns(project, options.names, withoutCommas(options.tag), withoutCommas(options.untag)));
    }
    if (hasNote) {
        if (options.names.size() != 1)
            throw Error(ErrorKind::Input, "--run", fmt::format("names {} runs", options.names.size()),
                        "name the one run to write the note on");
        carryOut(noteRun(project, options.names.front(), options.note));
    }
    if (options.noBaseline || !options.baseline.empty())
        carryOut(pinBaseline(project, options.baseline));
    if (!options.rename.empty())
        carryOut(renameRun(project, options.rename.at(0), options.rename.at(1)));
    if (!options.remove.empty())
        carryOut(deleteRuns(project, options.remove));
    return done;
}

} // namespace

void addRuns(CLI::App& program) {
    auto options = std::make_shared<RunsOptions>();
    CLI::App* verb = program.add_subcommand("runs", "List, rename, delete, tag and annotate the runs of a project");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", options->names, "Run that --tag, --untag and --note are about; several for tags")
        ->type_size(1)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verb->add_option("--tag", options->tag, "Tags to add, with commas between them");
    verb->add_option("--untag", options->untag, "Tags to take away, with commas between them");
    CLI::Option* note = verb->add_option("--note", options->note, "Note to write on the run; empty takes it away");
    verb->add_option("--rename", options->rename, "A run and its new name")->expected(2);
    verb->add_option("--delete", options->remove, "Runs to take out of the project; their codes stay in the cache");
    CLI::Option* baseline = verb->add_option("--baseline", options->baseline, "Run that others are compared with");
    verb->add_flag("--no-baseline", options->noBaseline, "Compare with no run")->excludes(baseline);
    verb->add_option("--compute-again", options->again,
                     "Runs whose codes the cache has lost and shall have again; reports stay as they are");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options, note] {
        Project project = requireProject(options->project);
        Console console;
        Workbench bench = makeBench(console);
        JobContext job = console.job();
        for (const std::string& name : options->again)
            recoverCodes(bench, project, requireRun(project, name), job);
        std::vector<std::string> done = edit(project, *options, note->count() > 0);
        if (!done.empty())
            saveProject(project, options->project);
        for (const std::string& name : options->again)
            done.push_back(fmt::format("the codes of {} are in the cache", name));
        if (options->json) {
            print({{"done", done}, {"runs", listJson(bench, project)}});
            return;
        }
        for (const std::string& line : done)
            fmt::print("{}\n", line);
        if (done.empty())
            fmt::print("{}", listTable(bench, project));
    });
}

} // namespace vernier::cli
