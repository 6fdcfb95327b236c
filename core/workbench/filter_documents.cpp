#include "core/workbench/filter_documents.h"

#include "core/curate/filter_tree.h"
#include "core/curate/language.h"
#include "core/curate/readable_text.h"
#include "core/tensor/parallel.h"
#include "core/workbench/document_tokens.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/measure_documents.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>

namespace vernier {

namespace {

constexpr std::size_t kDocumentsAtOnce = 4096;

void collect(const FilterNode& node, FilterNeeds& needs) {
    for (const FilterNode& child : node.children)
        collect(child, needs);
    switch (node.kind) {
    case FilterNode::Kind::Name:
        needs.languages |= node.field == FilterField::Language;
        needs.scripts |= node.field == FilterField::Script;
        break;
    case FilterNode::Kind::Range:
        needs.tokens |= node.number == FilterNumber::Tokens;
        needs.perplexity |= node.number == FilterNumber::Perplexity;
        break;
    case FilterNode::Kind::Flag:
        needs.duplicates |= node.flag == FilterFlag::Duplicate;
        break;
    default:
        break;
    }
}

void fillLanguages(DocumentTable& table, JobContext& job) {
    std::vector<LanguageGuess> guesses(table.size());
    job.beginStage("guess languages", guesses.size());
    for (std::size_t first = 0; first < guesses.size(); first += kDocumentsAtOnce) {
        const std::size_t now = std::min(kDocumentsAtOnce, guesses.size() - first);
        parallelFor(static_cast<Index>(now), [&](Index i) {
            job.throwIfCancelled();
            const std::size_t at = first + static_cast<std::size_t>(i);
            guesses[at] = guessLanguage(readableText(table.corpus()[at]));
        });
        job.advance(now);
    }
    table.measures.languages.resize(guesses.size());
    table.measures.scripts.resize(guesses.size());
    for (std::size_t i = 0; i < guesses.size(); ++i) {
        table.measures.languages.set(i, guesses[i].code);
        if (guesses[i].script)
            table.measures.scripts.set(i, name(*guesses[i].script));
    }
}

std::vector<std::uint32_t> allOf(const DocumentTable& table) {
    std::vector<std::uint32_t> all(table.size());
    std::iota(all.begin(), all.end(), 0u);
    return all;
}

} // namespace

FilterNeeds needsOf(const Filter& filter) {
    FilterNeeds needs;
    if (filter.root())
        collect(*filter.root(), needs);
    return needs;
}

void fillMeasures(DocumentTable& table, const FilterNeeds& needs, Workbench& bench, const Project& project,
                  const std::filesystem::path& modelFolder, JobContext& job) {
    const std::vector<std::uint32_t> all = allOf(table);
    if ((needs.languages || needs.scripts) && table.measures.languages.empty())
        fillLanguages(table, job);
    if (needs.duplicates && table.measures.duplicateOf.empty())
        table.measures.duplicateOf = findDuplicates(project, all, {}, job).representative;
    if (modelFolder.empty())
        return;
    if (needs.perplexity && table.measures.perplexity.empty()) {
        MeasureRequest request;
        request.modelFolder = modelFolder;
        MeasuredDocuments measured = measureDocuments(bench, project, all, request, job);
        table.measures.perplexity = std::move(measured.perplexity);
    }
    if (needs.tokens && table.measures.tokens.empty()) {
        const DocumentTokens tokens = tokenizeDocuments(table.corpus(), all, *bench.open(modelFolder, job), job);
        std::ranges::transform(tokens.ids, std::back_inserter(table.measures.tokens),
                               [](const auto& ids) { return static_cast<std::uint32_t>(ids.size()); });
    }
}

std::vector<std::uint32_t> filterDocuments(Workbench& bench, const Project& project, const std::string& expression,
                                           const std::string& setName, const std::filesystem::path& modelFolder,
                                           JobContext& job) {
    const Filter filter = Filter::parse(expression);
    DocumentTable table(project.corpus);
    fillMeasures(table, needsOf(filter), bench, project, modelFolder, job);
    DocumentColumns columns = table.columns();
    std::vector<std::uint8_t> chosen(table.size(), 0);
    for (const CalibrationSet& set : project.sets) {
        columns.sets.push_back({set.name, set.documents});
        if (set.name == setName)
            chosen = membership(table.size(), set.documents);
    }
    columns.chosen = chosen;
    return filterRows(filter, columns, job);
}

} // namespace vernier
