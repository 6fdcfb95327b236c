#include "core/workbench/select_documents.h"

#include "core/base/error.h"
#include "core/curate/diverse_selection.h"
#include "core/curate/row_geometry.h"
#include "core/curate/strata.h"
#include "core/curate/token_coverage.h"
#include "core/workbench/document_tokens.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"k-center", "facility-location", "coverage", "random", "first"};

/// The documents that can be chosen, with all that choosing needs. Rows are positions in documents.
struct Pool {
    std::vector<std::uint32_t> documents;
    std::vector<std::vector<std::int32_t>> tokens;
    std::size_t vocabulary = 0;
    Matrix unitRows;
    std::vector<std::string> groups;
    std::vector<std::uint32_t> groupOf; ///< per row

    std::vector<TokenSpan> spans() const { return {tokens.begin(), tokens.end()}; }
};

bool has(const DocumentView& document, const std::string& tag) {
    return document.domain == tag || std::ranges::find(document.tags, tag) != document.tags.end();
}

/// The group of a document: the first weighted tag it has; without weights its domain, or else its first tag.
std::string groupName(const DocumentView& document, const std::vector<TagWeight>& weights) {
    if (weights.empty())
        return std::string(!document.domain.empty() ? std::string_view(document.domain)
                           : document.tags.empty()  ? std::string_view("none")
                                                    : std::string_view(document.tags.front()));
    const auto found =
        std::ranges::find_if(weights, [&](const TagWeight& weight) { return has(document, weight.tag); });
    return found != weights.end() ? found->tag : std::string();
}

void addRow(Pool& pool, std::map<std::string, std::uint32_t>& groups, std::uint32_t document, std::string group,
            std::vector<std::int32_t> tokens) {
    const auto [place, isNew] = groups.try_emplace(group, static_cast<std::uint32_t>(pool.groups.size()));
    if (isNew)
        pool.groups.push_back(std::move(group));
    pool.groupOf.push_back(place->second);
    pool.documents.push_back(document);
    pool.tokens.push_back(std::move(tokens));
}

Pool gatherPool(Workbench& bench, const Project& project, const SelectRequest& request, JobContext& job) {
    const auto model = bench.open(request.measure.modelFolder, job);
    const CalibrationSet& from = chooseSet(project, request.setName);
    DocumentTokens tokens = tokenizeDocuments(project.corpus, from.documents, *model, job);
    Pool pool;
    pool.vocabulary = static_cast<std::size_t>(model->model.spec.vocabularySize);
    std::map<std::string, std::uint32_t> groups;
    for (const TagWeight& weight : request.weights) // in the order given
        if (groups.try_emplace(weight.tag, static_cast<std::uint32_t>(pool.groups.size())).second)
            pool.groups.push_back(weight.tag);
    for (std::size_t i = 0; i < from.documents.size(); ++i) {
        std::string group = groupName(project.corpus[from.documents[i]], request.weights);
        if (!tokens.ids[i].empty() && !group.empty())
            addRow(pool, groups, from.documents[i], std::move(group), std::move(tokens.ids[i]));
    }
    if (pool.documents.empty())
        throw Error(ErrorKind::Input, fmt::format("set {}", from.name), "has no documents to choose from",
                    request.weights.empty() ? "import text first" : "name tags or domains that its documents have");
    MeasureRequest measure = request.measure;
    measure.scores.perplexity = false;
    pool.unitRows = centredUnitRows(measureDocuments(bench, project, pool.documents, measure, job).embeddingRows());
    return pool;
}

std::vector<std::uint32_t> chooseFrom(const Pool& pool, const std::vector<std::uint32_t>& rows, std::size_t count,
                                      const SelectRequest& request, JobContext& job) {
    const auto embedded = [&] { return gatherRows(pool.unitRows.view(), rows); };
    std::vector<std::uint32_t> chosen;
    switch (request.method) {
    case SelectionMethod::KCenter:
        chosen = selectKCenter(embedded().view(), count, request.seed, job);
        break;
    case SelectionMethod::FacilityLocation:
        chosen = selectFacilityLocation(embedded().view(), count, request.seed, job);
        break;
    case SelectionMethod::TokenCoverage: {
        std::vector<TokenSpan> spans;
        for (const std::uint32_t row : rows)
            spans.emplace_back(pool.tokens[row]);
        chosen = selectTokenCoverage(spans, pool.vocabulary, count, job);
        break;
    }
    case SelectionMethod::Random:
        chosen = selectRandom(rows.size(), count, request.seed);
        break;
    case SelectionMethod::First:
        chosen.resize(std::min(count, rows.size()));
        std::iota(chosen.begin(), chosen.end(), 0u);
        break;
    }
    for (std::uint32_t& row : chosen)
        row = rows[row];
    return chosen;
}

/// Chooses in every group as many as its weight asks for, and mixes the groups evenly.
std::vector<std::uint32_t> chooseByWeight(const Pool& pool, const SelectRequest& request, JobContext& job) {
    std::vector<std::vector<std::uint32_t>> members(pool.groups.size());
    for (std::uint32_t row = 0; row < pool.documents.size(); ++row)
        members[pool.groupOf[row]].push_back(row);
    std::vector<std::size_t> available;
    std::vector<double> weights(pool.groups.size());
    for (const auto& group : members)
        available.push_back(group.size());
    for (const TagWeight& weight : request.weights)
        weights[static_cast<std::size_t>(std::ranges::find(pool.groups, weight.tag) - pool.groups.begin())] =
            weight.weight;
    const auto counts = divideByWeight(available, weights, request.documents);
    std::vector<std::pair<double, std::uint32_t>> mixed; // how far into its group, and the row
    for (std::size_t group = 0; group < members.size(); ++group) {
        const auto chosen = chooseFrom(pool, members[group], counts[group], request, job);
        for (std::size_t i = 0; i < chosen.size(); ++i)
            mixed.emplace_back((static_cast<double>(i) + 0.5) / static_cast<double>(chosen.size()), chosen[i]);
    }
    std::ranges::stable_sort(mixed, {}, &std::pair<double, std::uint32_t>::first);
    std::vector<std::uint32_t> rows;
    for (const auto& [place, row] : mixed)
        rows.push_back(row);
    return rows;
}

SelectionQuality measureQuality(const Pool& pool, const std::vector<std::uint32_t>& rows, std::size_t vocabularyOfAll,
                                const std::vector<TagWeight>& weights, const JobContext& job) {
    SelectionQuality quality;
    quality.documents = rows.size();
    std::vector<std::size_t> selected(pool.groups.size()), all(pool.groups.size());
    for (const std::uint32_t row : rows) {
        quality.tokens += pool.tokens[row].size();
        ++selected[pool.groupOf[row]];
    }
    for (const std::uint32_t group : pool.groupOf)
        ++all[group];
    quality.vocabularyCoverage = static_cast<double>(coveredVocabulary(pool.spans(), pool.vocabulary, rows)) /
                                 static_cast<double>(std::max<std::size_t>(1, vocabularyOfAll));
    const NearestDistance distance = distanceToNearest(pool.unitRows.view(), rows, job);
    quality.meanDistance = distance.mean;
    quality.maxDistance = distance.max;
    quality.groupEntropy = entropyBits(selected);
    double total = 0;
    for (const TagWeight& weight : weights)
        total += weight.weight;
    for (std::size_t group = 0; group < pool.groups.size(); ++group) {
        GroupShare share{pool.groups[group], selected[group], 0, 0, 0};
        share.share = static_cast<double>(selected[group]) / static_cast<double>(std::max<std::size_t>(1, rows.size()));
        share.ofAll = static_cast<double>(all[group]) / static_cast<double>(pool.documents.size());
        const auto weight = std::ranges::find(weights, share.group, &TagWeight::tag);
        share.wanted = weights.empty() ? share.ofAll : weight != weights.end() ? weight->weight / total : 0.0;
        quality.groups.push_back(std::move(share));
    }
    return quality;
}

CoverageCurves measureCoverage(const Pool& pool, const std::vector<std::uint32_t>& chosen, std::size_t vocabularyOfAll,
                               std::uint64_t seed, const JobContext& job) {
    const std::size_t count = std::min(chosen.size(), kMostCurveDocuments);
    const std::vector<TokenSpan> spans = pool.spans();
    const auto curveOf = [&](std::span<const std::uint32_t> rows) {
        job.throwIfCancelled();
        std::vector<double> shares;
        for (const std::uint32_t covered : coverageCurve(spans, pool.vocabulary, rows.first(count)))
            shares.push_back(covered / static_cast<double>(std::max<std::size_t>(1, vocabularyOfAll)));
        return shares;
    };
    CoverageCurves curves;
    curves.chosen = curveOf(chosen);
    std::vector<std::uint32_t> first(count);
    std::iota(first.begin(), first.end(), 0u);
    curves.first = curveOf(first);
    curves.random.resize(count + 1);
    for (std::size_t draw = 0; draw < kRandomDraws; ++draw) {
        const auto shares = curveOf(selectRandom(spans.size(), count, seed + 1 + draw)); // not the draw of the method
        for (std::size_t i = 0; i < shares.size(); ++i)
            curves.random[i] += shares[i] / static_cast<double>(kRandomDraws);
    }
    return curves;
}

} // namespace

std::string_view name(SelectionMethod method) {
    return kNames[static_cast<std::size_t>(method)];
}

SelectionMethod selectionMethodFromName(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end())
        throw Error(ErrorKind::Input, "selection method", fmt::format("{} is not known", name),
                    fmt::format("choose {}", fmt::join(kNames, ", ")));
    return static_cast<SelectionMethod>(found - kNames.begin());
}

SelectOutcome selectDocuments(Workbench& bench, const Project& project, const SelectRequest& request, JobContext& job) {
    if (request.documents == 0)
        throw Error(ErrorKind::Input, "documents", "0 is no selection", "choose 1 or more");
    const Pool pool = gatherPool(bench, project, request, job);
    std::vector<std::uint32_t> all(pool.documents.size());
    std::iota(all.begin(), all.end(), 0u);
    const auto chosen = request.weights.empty() ? chooseFrom(pool, all, request.documents, request, job)
                                                : chooseByWeight(pool, request, job);
    SelectOutcome outcome;
    for (const std::uint32_t row : chosen)
        outcome.set.documents.push_back(pool.documents[row]);
    const std::size_t vocabulary = coveredVocabulary(pool.spans(), pool.vocabulary, all);
    const std::vector<std::uint32_t> first(all.begin(), all.begin() + std::ssize(chosen));
    outcome.before = measureQuality(pool, first, vocabulary, request.weights, job);
    outcome.after = measureQuality(pool, chosen, vocabulary, request.weights, job);
    outcome.coverage = measureCoverage(pool, chosen, vocabulary, request.seed, job);
    return outcome;
}

} // namespace vernier
