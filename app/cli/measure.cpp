#include "app/cli/arguments.h"
#include "app/cli/table.h"
#include "app/cli/verbs.h"
#include "core/base/error.h"
#include "core/curate/language.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/measure_documents.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

struct Options {
    std::string project, model, set;
    MeasureRequest request;
    double threshold = DuplicateOptions().threshold;
    bool json = false, csv = false;
};

/// Is a row of the output.
struct MeasuredRow {
    std::uint32_t document = 0, tokens = 0, duplicateOf = 0;
    float perplexity = 0;
    std::string place, domain, language;
};

std::string known(float perplexity, const char* unknown) {
    return std::isnan(perplexity) ? unknown : fmt::format("{:.4g}", perplexity);
}

std::vector<MeasuredRow> measure(const Project& project, const CalibrationSet& set, const Options& options,
                                 Console& console) {
    Workbench bench = makeBench(console);
    JobContext job = console.job();
    const MeasuredDocuments measured = measureDocuments(bench, project, set.documents, options.request, job);
    DuplicateOptions duplicates;
    duplicates.threshold = options.threshold;
    const DuplicateClusters clusters = findDuplicates(project, set.documents, duplicates, job);
    std::vector<MeasuredRow> rows;
    for (std::size_t i = 0; i < measured.documents.size(); ++i) {
        job.throwIfCancelled();
        const DocumentView document = project.corpus[measured.documents[i]];
        rows.push_back({measured.documents[i], measured.tokens[i], set.documents[clusters.representative[i]],
                        measured.perplexity[i], placeOf(document), std::string(document.domain),
                        std::string(guessLanguage(document.text).code)});
    }
    return rows;
}

void printJson(const CalibrationSet& set, const std::vector<MeasuredRow>& rows) {
    nlohmann::json documents = nlohmann::json::array();
    for (const MeasuredRow& row : rows) {
        documents.push_back({{"document", row.document},
                             {"place", row.place},
                             {"domain", row.domain},
                             {"tokens", row.tokens},
                             {"perplexity", nullptr},
                             {"language", row.language},
                             {"duplicate_of", row.duplicateOf}});
        if (!std::isnan(row.perplexity))
            documents.back()["perplexity"] = row.perplexity;
    }
    print({{"set", set.name}, {"documents", std::move(documents)}});
}

void run(const Options& options) {
    Console console;
    const Project project = requireProject(options.project);
    const CalibrationSet& set = chooseSet(project, options.set);
    Options wanted = options;
    wanted.request.modelFolder = options.model.empty() ? project.modelFolder : options.model;
    if (wanted.request.modelFolder.empty())
        throw Error(ErrorKind::Input, "--model", "the project knows no model yet", "name a model folder");
    const std::vector<MeasuredRow> rows = measure(project, set, wanted, console);
    if (options.json)
        return printJson(set, rows);
    if (options.csv) {
        fmt::print("document,place,domain,tokens,perplexity,language,duplicate_of\n");
        for (const MeasuredRow& row : rows)
            fmt::print("{},{},{},{},{},{},{}\n", row.document, csvField(row.place), csvField(row.domain), row.tokens,
                       known(row.perplexity, ""), row.language, row.duplicateOf);
        return;
    }
    std::vector<std::vector<std::string>> lines;
    for (const MeasuredRow& row : rows)
        lines.push_back({row.place, fmt::format("{}", row.document), row.domain, fmt::format("{}", row.tokens),
                         known(row.perplexity, "-"), row.language,
                         row.duplicateOf == row.document ? "-" : fmt::format("{}", row.duplicateOf)});
    fmt::print("{}", table({"place", "document", "domain", "tokens", "perplexity", "language", "repeats"}, lines));
}

} // namespace

void addMeasure(CLI::App& program) {
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        program.add_subcommand("measure", "Measure each document of a set: tokens, perplexity, language, duplicates");
    verb->add_option("project", options->project, "Project file (.vernier)")->required();
    verb->add_option("--set", options->set, "Set to measure (default: default, or else the project's first)");
    verb->add_option("--model", options->model, "Hugging Face model folder (default: the project's)");
    verb->add_option("--tokens", options->request.scores.mostTokens, "Tokens of each document that perplexity is of")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    verb->add_option("--threshold", options->threshold, "Jaccard similarity of duplicates, 0.1 to 1")
        ->check(CLI::Range(0.1, 1.0))
        ->capture_default_str();
    auto* json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--csv", options->csv, "Print CSV, a row per document")->excludes(json);
    verb->callback([options] { run(*options); });
}

} // namespace vernier::cli
