#include "app/cli/arguments.h"
#include "app/cli/verbs.h"
#include "core/workbench/report/describe.h"
#include "core/workbench/report/write_html.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

void addReport(CLI::App& program) {
    struct Options {
        std::string project, output;
        ReportRequest request;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand(
        "report", "Write runs, settings, plots, calibration sets and diagnosis to one HTML file that one can send");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--output,-o", options->output, "The file to write, .html")->required();
    verb->add_option("--runs", options->request.runs, "Only these runs, names with commas between")->delimiter(',');
    verb->add_option("--baseline", options->request.baseline,
                     "Show differences of all others from this run (default: the one that is pinned)");
    verb->add_flag("--json", options->json, "Print JSON: the file, its runs, and what could not be told");
    verb->callback([options] {
        Console console;
        Workbench bench = makeBench(console);
        JobContext job = console.job();
        const Project project = requireProject(options->project);
        ReportRequest request = options->request;
        request.title = std::filesystem::path(options->project).stem().string();
        const Report report = collectReport(bench, project, request, job);
        writeHtml(describeReport(report), options->output);
        if (!options->json) {
            for (const std::string& note : report.notes)
                console.line(note);
            fmt::print("{}\n", options->output);
            return;
        }
        nlohmann::json result = {{"file", options->output}, {"notes", report.notes}};
        for (const Run& run : report.runs)
            result["runs"].push_back(run.name);
        print(result);
    });
}

} // namespace vernier::cli
