#include "core/store/recipe_json.h"
#include "core/workbench/report/number_text.h"
#include "core/workbench/report/sections.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr std::size_t kMostShares = 24, kMostSources = 60, kMostRuns = 12;

std::string runsText(std::vector<std::string> runs) {
    const std::size_t all = runs.size();
    if (all > kMostRuns) {
        runs.resize(kMostRuns);
        runs.push_back(fmt::format("{} more", all - kMostRuns));
    }
    return fmt::format("{}", fmt::join(runs, ", "));
}

std::string recipeText(const PackingRecipe& recipe) {
    const nlohmann::json settings = toJson(recipe);
    std::string text;
    for (const auto& [key, value] : settings.items())
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key,
                            value.is_string() ? value.get<std::string>()
                                              : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return text;
}

ReportTable overview(const SetManifest& set) {
    const CalibrationRecord& record = set.record;
    std::vector<std::pair<std::string, std::string>> facts = {
        {"runs calibrated on it", runsText(set.runs)},
        {"windows", fmt::format("{} of {} tokens", record.windows, record.recipe.sequenceLength)},
        {"recipe", recipeText(record.recipe)},
        {"SHA-256 of the windows", record.windowsHash},
        {"calibrated", fmt::format("{}, {}, in {}", record.created, name(record.precision),
                                   record.seconds > 0 ? secondsText(record.seconds) : "no time, it was known")}};
    if (!set.isInProject) {
        facts.emplace_back("documents", "the set is no longer in the project");
        return factsTable(fmt::format("Calibration set {}", set.name), facts);
    }
    if (set.tokens > 0) {
        facts.emplace_back("tokens in the windows", countText(set.tokens));
        facts.emplace_back("unchanged since", set.isUnchanged ? "yes, it still gives the same windows"
                                                              : "no: what follows describes the set as it is by now");
    }
    facts.emplace_back("documents", fmt::format("{}, {} of them conversations, in {} places", countText(set.documents),
                                                countText(set.conversations), countText(set.places)));
    facts.emplace_back("fingerprint of the set", set.fingerprint);
    facts.emplace_back("near-duplicates", !set.nearDuplicates ? "not looked for: too much text"
                                          : *set.nearDuplicates == 0
                                              ? "none found (Jaccard similarity of 0.8 or more)"
                                              : fmt::format("{} documents nearly repeat an earlier one (Jaccard "
                                                            "similarity of 0.8 or more)",
                                                            countText(*set.nearDuplicates)));
    if (set.leaks)
        facts.emplace_back("leaks into “evaluation”", set.leaks->empty() ? "none found" : *set.leaks);
    return factsTable(fmt::format("Calibration set {}", set.name), facts);
}

/// Domains, languages and roles one below the other; what a row is stands in the first of its kind.
ReportTable mixTable(const SetManifest& set) {
    const bool hasTokens = set.tokens > 0;
    ReportTable table;
    table.title = fmt::format("What {} is made of", set.name);
    table.columns = {{"by"}, {"what"}, {"documents", ColumnKind::Number}};
    if (hasTokens)
        table.columns.push_back({"tokens", ColumnKind::Number});
    table.columns.push_back({"share", ColumnKind::Number});
    std::size_t leftOut = 0;
    const auto add = [&](const char* kind, const std::vector<MixShare>& shares) {
        const std::size_t shown = std::min(shares.size(), kMostShares);
        for (std::size_t i = 0; i < shown; ++i) {
            const MixShare& share = shares[i];
            auto& row = table.rows.emplace_back();
            row = {{i == 0 ? kind : ""}, {share.name.empty() ? "none" : share.name}, {countText(share.documents)}};
            if (hasTokens)
                row.push_back({countText(share.tokens)});
            row.push_back({percentText(share.share)});
        }
        leftOut += shares.size() - shown;
    };
    add("domain", set.mix.domains);
    add("language (guessed)", set.mix.languages);
    add("role", set.mix.roles);
    table.note = hasTokens ? "Shares of the tokens in the windows." : "Shares of the documents.";
    if (leftOut > 0)
        table.note += fmt::format(" {} smaller ones are left out.", leftOut);
    return table;
}

ReportTable sourcesTable(const SetManifest& set) {
    ReportTable table;
    table.title = fmt::format("Sources of {}", set.name);
    table.columns = {{"source"}, {"documents", ColumnKind::Number}, {"SHA-256 of their contents", ColumnKind::Code}};
    for (std::size_t i = 0; i < std::min(set.sources.size(), kMostSources); ++i)
        table.rows.push_back({{set.sources[i].source}, {countText(set.sources[i].documents)}, {set.sources[i].sha256}});
    if (set.sources.size() > kMostSources)
        table.note = fmt::format("{} more sources are left out; the set's manifest (vernier sets export) has them all.",
                                 set.sources.size() - kMostSources);
    return table;
}

} // namespace

ReportSection setsSection(const Report& report) {
    ReportSection section{"Calibration sets", {}};
    for (const SetManifest& set : report.sets) {
        section.blocks.emplace_back(overview(set));
        if (!set.isInProject)
            continue;
        section.blocks.emplace_back(mixTable(set));
        section.blocks.emplace_back(sourcesTable(set));
    }
    return section;
}

} // namespace vernier
