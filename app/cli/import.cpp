#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/store/project_file.h"
#include "core/workbench/import_example.h"
#include "core/workbench/import_files.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

constexpr std::size_t kSkippedShown = 20;
constexpr std::size_t kPreviewCharacters = 60;

struct Options {
    std::string project;
    std::vector<std::string> files;
    ImportOptions import;
    std::vector<std::string> tags;
    std::string set;
    std::string mapping;
    std::string example;
    bool preview = false;
    bool json = false;
};

const std::map<std::string, TextUnit> kUnits = {
    {"file", TextUnit::File}, {"paragraph", TextUnit::Paragraph}, {"block", TextUnit::Block}};
const std::map<std::string, FileFormat> kFormats = {
    {"text", FileFormat::Text}, {"jsonl", FileFormat::JsonLines}, {"json", FileFormat::Json}, {"csv", FileFormat::Csv}};

template <class Value>
std::string nameOf(const std::map<std::string, Value>& names, Value value) {
    return std::ranges::find(names, value, [](const auto& entry) { return entry.second; })->first;
}

nlohmann::json toJson(const std::vector<SkippedRecord>& skipped) {
    nlohmann::json list = nlohmann::json::array();
    for (const SkippedRecord& record : skipped)
        list.push_back({{"source", record.source}, {"line", record.line}, {"reason", record.reason}});
    return list;
}

nlohmann::json toJson(const ImportReport& report) {
    return {{"set", report.setName},
            {"added", report.added},
            {"already_present", report.alreadyPresent},
            {"replaced_sequences", report.replacedSequences},
            {"skipped_count", report.skippedCount},
            {"skipped", toJson(report.skipped)}};
}

void printSkipped(const std::vector<SkippedRecord>& skipped, std::uint64_t count) {
    const std::size_t shown = std::min(kSkippedShown, skipped.size());
    for (std::size_t i = 0; i < shown; ++i)
        if (skipped[i].line)
            fmt::print("skipped {}, line {}: {}\n", skipped[i].source, skipped[i].line, skipped[i].reason);
        else
            fmt::print("skipped {}: {}\n", skipped[i].source, skipped[i].reason);
    if (count > shown)
        fmt::print("… and {} more skipped\n", count - shown);
}

void printReport(const ImportReport& report) {
    fmt::print("{} documents added to the set {}", report.added, report.setName);
    if (report.alreadyPresent > 0)
        fmt::print(", {} were there already", report.alreadyPresent);
    if (report.replacedSequences > 0)
        fmt::print(", {} invalid UTF-8 sequences replaced", report.replacedSequences);
    fmt::print("\n");
    printSkipped(report.skipped, report.skippedCount);
}

/// The beginning of a text on one line.
std::string beginning(std::string_view text) {
    std::string line(text.substr(0, kPreviewCharacters));
    while (!line.empty() && text.size() > line.size() && (text[line.size()] & 0xC0) == 0x80)
        line.pop_back();
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text.size() > line.size() ? line + "…" : line;
}

void preview(const Options& options, JobContext& job) {
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& name : options.files)
        for (const std::filesystem::path& file : importableFiles(name)) {
            const ImportResult result = previewFile(file, options.import, job);
            nlohmann::json rows = nlohmann::json::array();
            std::string lines;
            for (const DocumentView document : result.documents) {
                rows.push_back({{"line", document.line},
                                {"domain", document.domain},
                                {"conversation", document.isConversation},
                                {"text", document.text}});
                lines += fmt::format("  {:>5}  {}\n", document.line, beginning(document.text));
            }
            const std::string schema = result.schema ? result.schema->name() : "";
            all.push_back({{"file", file.string()},
                           {"format", nameOf(kFormats, result.format)},
                           {"text_from", schema},
                           {"fields", result.fields},
                           {"documents", rows},
                           {"skipped", toJson(result.skipped)}});
            if (options.json)
                continue;
            fmt::print("{}: {}", file.string(), nameOf(kFormats, result.format));
            if (!schema.empty())
                fmt::print(", text from {}; fields: {}", schema, fmt::join(result.fields, ", "));
            fmt::print("\n{}", lines);
            printSkipped(result.skipped, result.skippedCount);
        }
    if (options.json)
        print(all);
}

void listExamples(const Options& options, JobContext& job) {
    nlohmann::json all = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const ExampleSource& source : exampleSources(job)) {
        all.push_back({{"name", source.name}, {"documents", source.documents}});
        rows.push_back({source.name, std::to_string(source.documents)});
    }
    if (options.json)
        return print(all);
    fmt::print("{}", table({"example", "documents"}, rows));
}

ImportReport import(Project& project, const Options& options, JobContext& job) {
    if (!options.example.empty())
        return importExample(project, options.example, options.import.tag, job);
    ImportRequest request{.options = options.import, .setName = options.set};
    if (options.files == std::vector<std::string>{"-"})
        request.pasted = {.text = {std::istreambuf_iterator<char>(std::cin), {}}, .name = "standard input"};
    else
        request.files.assign(options.files.begin(), options.files.end());
    return importFiles(project, request, job);
}

void run(Options options) {
    Console console;
    JobContext job = console.job();
    if (!options.tags.empty()) {
        options.import.tag = options.tags.front();
        options.import.moreTags.assign(options.tags.begin() + 1, options.tags.end());
    }
    if (!options.mapping.empty())
        options.import.mapping = parseFieldMapping(options.mapping);
    if (options.example == "list")
        return listExamples(options, job);
    if (options.preview)
        return preview(options, job);
    Project project = std::filesystem::exists(options.project) ? loadProject(options.project) : Project();
    const ImportReport report = import(project, options, job);
    saveProject(project, options.project);
    options.json ? print(toJson(report)) : printReport(report);
}

} // namespace

void addImport(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = program.add_subcommand("import", "Add text to a project, which is created if need be");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    CLI::Option* files = verb->add_option("files", options->files,
                                          "Text (.txt, .md), .jsonl, .json, .csv or .tsv, each also as .gz or .zst; "
                                          "folders of them; - reads standard input");
    CLI::Option* example =
        verb->add_option("--example", options->example, "Add a built-in example, or list them (--example list)");
    files->excludes(example);
    verb->callback([options, files, example] {
        if (files->count() == 0 && example->count() == 0)
            throw CLI::RequiredError("files or --example");
        run(*options);
    });
    verb->add_option("--tag", options->tags, "Tag of the documents, several with commas; the first names the set")
        ->delimiter(',')
        ->allow_extra_args(false);
    CLI::Option* set =
        verb->add_option("--set", options->set, "Set that they join (default: the one named by the tag, or default)");
    set->excludes(example);
    CLI::Option* field = verb->add_option("--field", options->import.field, "Field of the records that holds the text");
    verb->add_option(
            "--map", options->mapping,
            "Fields of the records: text=FIELD, or instruction=FIELD,output=FIELD and input=, system=, domain=")
        ->excludes(field);
    verb->add_option("--split", options->import.unit,
                     "What of a text is a document: the file, each paragraph (line), each block between blank lines")
        ->transform(CLI::CheckedTransformer(kUnits));
    verb->add_option_function<FileFormat>(
            "--format", [options](const FileFormat& format) { options->import.format = format; },
            "Format of the files, in place of what their names say")
        ->transform(CLI::CheckedTransformer(kFormats));
    verb->add_flag("--preview", options->preview, "Show format, fields and the first 20 documents; change nothing");
    verb->add_flag("--json", options->json, "Print JSON");
}

} // namespace vernier::cli
