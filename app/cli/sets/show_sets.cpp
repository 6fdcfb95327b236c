#include "app/cli/sets/sets.h"
#include "app/cli/table.h"
#include "core/dataset/packing_names.h"
#include "core/store/recipe_json.h"
#include "core/store/set_fingerprint.h"

#include <map>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

std::size_t distinctDocuments(const CalibrationSet& set) {
    return std::unordered_set<std::uint32_t>(set.documents.begin(), set.documents.end()).size();
}

/// How many places each name has that nameOf gives to documents.
template <class NameOf>
std::map<std::string, std::uint64_t> countBy(const CalibrationSet& set, NameOf nameOfDocument) {
    std::map<std::string, std::uint64_t> counts;
    for (const std::uint32_t document : set.documents)
        ++counts[nameOfDocument(document)];
    return counts;
}

void list(const SetsArguments& arguments) {
    const Project project = requireProject(arguments.project);
    nlohmann::json all = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const CalibrationSet& set : project.sets) {
        all.push_back(summaryOf(set, project.corpus));
        rows.push_back({set.name, std::string(nameOf(set.purpose)), fmt::format("{}", distinctDocuments(set)),
                        fmt::format("{}", set.documents.size()), fmt::format("{}", set.recipe.sequenceLength)});
    }
    if (arguments.json)
        return print(all);
    fmt::print("{}", table({"set", "purpose", "documents", "places", "tokens per window"}, rows));
}

void show(const SetsArguments& arguments) {
    const Project project = requireProject(arguments.project);
    const CalibrationSet& set = requireSet(project.sets, arguments.name);
    const auto domains = countBy(set, [&](std::uint32_t d) { return std::string(project.corpus[d].domain); });
    const auto sources = countBy(set, [&](std::uint32_t d) { return std::string(project.corpus[d].source); });
    nlohmann::json summary = summaryOf(set, project.corpus);
    if (arguments.json) {
        summary["domains"] = domains;
        summary["sources"] = sources;
        summary["numbers"] = std::vector<std::uint32_t>(set.documents.begin(), set.documents.end());
        return print(summary);
    }
    std::vector<std::vector<std::string>> rows;
    const auto addRows = [&](const char* what, const auto& counts) {
        for (const auto& [name, count] : counts)
            rows.push_back({fmt::format("{} {}", what, name.empty() ? "(none)" : name), fmt::format("{}", count)});
    };
    rows.push_back({"documents", fmt::format("{}", distinctDocuments(set))});
    rows.push_back({"places", fmt::format("{}", set.documents.size())});
    addRows("domain", domains);
    addRows("source", sources);
    fmt::print("{}, for {}\n{}\nrecipe {}\nfingerprint {}\n", set.name, nameOf(set.purpose),
               table({"what", "places"}, rows), toJson(set.recipe).dump(), summary["fingerprint"].get<std::string>());
}

} // namespace

nlohmann::json summaryOf(const CalibrationSet& set, const Corpus& corpus) {
    return {{"name", set.name},
            {"purpose", nameOf(set.purpose)},
            {"documents", distinctDocuments(set)},
            {"places", set.documents.size()},
            {"recipe", toJson(set.recipe)},
            {"fingerprint", setFingerprint(set, corpus)}};
}

void addShowingSets(CLI::App& sets, const SharedSetsArguments& arguments) {
    CLI::App* all = sets.add_subcommand("list", "Show all sets");
    all->fallthrough();
    all->callback([arguments] { list(*arguments); });
    CLI::App* one = addSetVerb(sets, arguments, "show", "Show what is in a set, how it is packed and its fingerprint");
    one->callback([arguments] { show(*arguments); });
}

} // namespace vernier::cli
