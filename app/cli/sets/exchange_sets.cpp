#include "app/cli/sets/sets.h"
#include "core/base/error.h"
#include "core/store/project_file.h"
#include "core/workbench/export_set.h"
#include "core/workbench/import_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::size_t kRefusedShown = 20;

struct Exchange {
    SharedSetsArguments sets;
    std::string file, newName;
    bool plain = false;
};

void runExport(const Exchange& exchange) {
    Console console;
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const SetsArguments& arguments = *exchange.sets;
    const Project project = requireProject(arguments.project);
    const auto model = arguments.model.empty() ? nullptr : bench.open(arguments.model, job);
    if (exchange.plain && !model)
        throw Error(ErrorKind::Input, "--plain", "needs a model, whose chat template renders conversations",
                    "add --model MODEL");
    const ExportReport report = exchange.plain ? exportPlain(project, arguments.name, exchange.file, *model, job)
                                               : exportSet(project, arguments.name, exchange.file, model.get(), job);
    if (arguments.json)
        return print({{"file", exchange.file},
                      {"manifest", report.manifest.string()},
                      {"places", report.places},
                      {"documents", report.documents},
                      {"bytes", report.bytes},
                      {"fingerprint", report.fingerprint},
                      {"refused", report.refused}});
    fmt::print("{} documents in {} places written to {}\n", report.documents, report.places, exchange.file);
    if (!exchange.plain)
        fmt::print("manifest {}\nfingerprint {}\n", report.manifest.string(), report.fingerprint);
    for (std::size_t i = 0; i < std::min(kRefusedShown, report.refused.size()); ++i)
        fmt::print("left out {}\n", report.refused[i]);
    if (report.refused.size() > kRefusedShown)
        fmt::print("… and {} more left out\n", report.refused.size() - kRefusedShown);
}

void runImport(const Exchange& exchange) {
    Console console;
    JobContext job = console.job();
    const SetsArguments& arguments = *exchange.sets;
    Project project = std::filesystem::exists(arguments.project) ? loadProject(arguments.project) : Project();
    const SetImport import = importSet(project, exchange.file, exchange.newName, job);
    saveProject(project, arguments.project);
    if (arguments.json)
        return print({{"set", import.setName},
                      {"places", import.places},
                      {"added", import.added},
                      {"already_present", import.alreadyPresent},
                      {"fingerprint", import.fingerprint}});
    fmt::print("{}: {} places, {} documents added, {} were there already\nfingerprint {}\n", import.setName,
               import.places, import.added, import.alreadyPresent, import.fingerprint);
}

} // namespace

void addExchangingSets(CLI::App& sets, const SharedSetsArguments& arguments) {
    auto out = std::make_shared<Exchange>(Exchange{arguments, {}, {}});
    CLI::App* write = addSetVerb(sets, arguments, "export", "Write a set as JSONL with a manifest beside it");
    write->add_option("file", out->file, "File to write (.jsonl)")->required();
    write->add_flag("--plain", out->plain, "Only rendered text, for other tools; needs --model, makes no manifest");
    write->callback([out] { runExport(*out); });

    auto in = std::make_shared<Exchange>(Exchange{arguments, {}, {}});
    CLI::App* read =
        sets.add_subcommand("import", "Bring an exported set into the project, which is created if need be");
    read->fallthrough();
    read->add_option("file", in->file, "The exported file, or its manifest")->required();
    read->add_option("--name", in->newName, "Name of the set, in place of its own");
    read->callback([in] { runImport(*in); });
}

} // namespace vernier::cli
