#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/store/project_file.h"
#include "core/workbench/import_files.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::size_t kSkippedShown = 20;

struct Options {
    std::string project;
    std::vector<std::string> files;
    ImportOptions import;
    bool json = false;
};

nlohmann::json toJson(const ImportReport& report) {
    nlohmann::json skipped = nlohmann::json::array();
    for (const SkippedRecord& record : report.skipped)
        skipped.push_back({{"source", record.source}, {"line", record.line}, {"reason", record.reason}});
    return {{"set", report.setName},
            {"added", report.added},
            {"already_present", report.alreadyPresent},
            {"replaced_sequences", report.replacedSequences},
            {"skipped", skipped}};
}

void run(const Options& options) {
    Console console;
    JobContext job = console.job();
    Project project = std::filesystem::exists(options.project) ? loadProject(options.project) : Project();
    const ImportReport report = importFiles(project, {options.files.begin(), options.files.end()}, options.import, job);
    saveProject(project, options.project);
    if (options.json)
        return print(toJson(report));
    fmt::print("{} documents added to the set {}", report.added, report.setName);
    if (report.alreadyPresent > 0)
        fmt::print(", {} were there already", report.alreadyPresent);
    if (report.replacedSequences > 0)
        fmt::print(", {} invalid UTF-8 sequences replaced", report.replacedSequences);
    fmt::print("\n");
    for (std::size_t i = 0; i < std::min(kSkippedShown, report.skipped.size()); ++i)
        fmt::print("skipped {}, line {}: {}\n", report.skipped[i].source, report.skipped[i].line,
                   report.skipped[i].reason);
    if (report.skipped.size() > kSkippedShown)
        fmt::print("… and {} more skipped\n", report.skipped.size() - kSkippedShown);
}

} // namespace

void addImport(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("import", "Add text to a project, which is created if need be");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("files", options->files,
                     "Text (.txt, .md: one document each), .jsonl (one per line) or .json (one per element)")
        ->required();
    verb->add_option("--tag", options->import.tag, "Tag of the documents, and the set they join (default: default)");
    verb->add_option("--field", options->import.field, "Field of the records that holds the text");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
