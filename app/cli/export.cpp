#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/byte_size.h"
#include "core/workbench/export_imatrix.h"
#include "core/workbench/export_run.h"
#include "core/workbench/statistics.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, run, format, folder, set, file, tokenizer;
    bool replace = false, json = false;
};

void print(const ExportOutcome& outcome) {
    fmt::print("{}: {} in {} file{}\n", outcome.folder.string(), byteSizeText(outcome.size.bytes), outcome.size.files,
               outcome.size.files == 1 ? "" : "s");
    std::vector<std::vector<std::string>> rows;
    for (const LoaderVerdict& verdict : outcome.loaders)
        rows.push_back({verdict.loader, verdict.loads ? "yes" : "no", verdict.why});
    fmt::print("{}", table({"loader", "loads it", "why"}, rows));
}

void run(const Options& options) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const Project project = requireProject(options.project);
    const ExportRequest request{exportFormatFromName(options.format), options.folder, options.replace};
    const ExportOutcome outcome = exportRun(bench, project, requireRun(project, options.run), request, job);
    if (options.json)
        cli::print(toJson(outcome));
    else
        print(outcome);
}

} // namespace

void addImatrix(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        program.add_subcommand("imatrix", "Write a calibration as an importance matrix for llama-quantize --imatrix");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--set", options->set, "Use the newest calibration on this set (default: the newest)");
    verb->add_option("--out", options->folder, "File to write: GGUF, or the older form for a name that ends in .dat")
        ->required();
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] {
        Console console;
        Workbench bench = makeBench(console);
        JobContext job = console.job();
        const Project project = requireProject(options->project);
        const CalibrationRecord& calibration = chooseCalibration(project, options->set);
        exportImatrix(bench, calibration, options->folder, job);
        if (options->json)
            cli::print({{"file", options->folder}, {"set", calibration.setName}, {"windows", calibration.windows}});
        else
            fmt::print("{}: importance matrix of {} windows of {}\n", options->folder, calibration.windows,
                       calibration.setName);
    });
}

void addUnpack(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("unpack", "Turn a GGUF file into a Hugging Face folder of plain weights");
    verb->add_option("file", options->file, "GGUF file")->required();
    verb->add_option("--out", options->folder, "Folder to make")->required();
    verb->add_option("--tokenizer", options->tokenizer,
                     "Model folder whose tokenizer is copied (default: the folder of the file)");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] {
        Console console;
        JobContext job = console.job();
        const std::filesystem::path own = std::filesystem::path(options->file).parent_path();
        unpackModel(options->file, options->folder,
                    options->tokenizer.empty() ? own : std::filesystem::path(options->tokenizer), job);
        if (options->json)
            cli::print({{"folder", options->folder}});
        else
            fmt::print("{}: unpacked\n", options->folder);
    });
}

void addExport(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("export", "Write a run as a checkpoint that other programs load");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--run", options->run, "Run of the project")->required();
    std::string help = "What to write:";
    for (const std::string& name : exportFormatNames())
        help += fmt::format("\n  {:<15} {}", name, description(exportFormatFromName(name)));
    verb->add_option("--format", options->format, help)
        ->required()
        ->check(CLI::IsMember(exportFormatNames()))
        ->type_name("NAME");
    verb->add_option("--out", options->folder, "Folder to make")->required();
    verb->add_flag("--replace", options->replace, "Replace an earlier export of that name");
    verb->add_flag("--json", options->json, "Print JSON");
    verb->callback([options] { cli::run(*options); });
}

} // namespace vernier::cli
