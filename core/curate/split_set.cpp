#include "core/curate/split_set.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

namespace vernier {

namespace {

using Group = std::vector<std::uint32_t>; ///< documents that stay together

struct Stratum {
    std::vector<Group> groups;
    std::size_t documents = 0;
    std::size_t wanted = 0; ///< to be split off
};

/// The groups of a set by stratum; a group belongs to the stratum of its first document.
std::map<std::string, Stratum> strataOf(const CalibrationSet& set, const StratumOf& stratumOf, const GroupOf& groupOf) {
    std::map<std::string, Stratum> strata;
    std::unordered_set<std::uint32_t> seen;
    struct Place {
        Stratum* stratum;
        std::size_t group;
    };
    std::unordered_map<std::uint32_t, Place> groups;
    for (const std::uint32_t document : set.documents) {
        if (!seen.insert(document).second)
            continue;
        const auto [known, isNew] = groups.try_emplace(groupOf ? groupOf(document) : document);
        if (isNew) {
            Stratum& stratum = strata[stratumOf(document)];
            known->second = {&stratum, stratum.groups.size()};
            stratum.groups.emplace_back();
        }
        known->second.stratum->groups[known->second.group].push_back(document);
        ++known->second.stratum->documents;
    }
    return strata;
}

/// Shares `total` documents out among strata by largest remainders; equal remainders go to the earlier name.
void shareOut(std::map<std::string, Stratum>& strata, double share, std::size_t total) {
    std::vector<std::pair<double, Stratum*>> remainders;
    std::size_t given = 0;
    for (auto& [name, stratum] : strata) {
        const double exact = share * static_cast<double>(stratum.documents);
        stratum.wanted = static_cast<std::size_t>(exact);
        given += stratum.wanted;
        remainders.emplace_back(exact - std::floor(exact), &stratum);
    }
    std::ranges::stable_sort(remainders, std::greater(), &std::pair<double, Stratum*>::first);
    for (auto& [remainder, stratum] : remainders)
        if (given < total && stratum->wanted < stratum->documents)
            ++stratum->wanted, ++given;
}

} // namespace

void SplitOptions::validate() const {
    if (!(share > 0 && share < 1))
        throw Error(ErrorKind::Input, "share", fmt::format("{} is out of range", share),
                    "choose a number above 0 and below 1, such as 0.1");
}

SplitOutcome splitSet(const CalibrationSet& set, const SplitOptions& options, const StratumOf& stratumOf,
                      const GroupOf& groupOf) {
    options.validate();
    auto strata = strataOf(set, stratumOf, groupOf);
    std::size_t documents = 0;
    for (const auto& [name, stratum] : strata)
        documents += stratum.documents;
    shareOut(strata, options.share,
             static_cast<std::size_t>(std::llround(options.share * static_cast<double>(documents))));

    SeededRandom random(options.seed);
    std::unordered_set<std::uint32_t> chosen;
    for (auto& [name, stratum] : strata) {
        random.shuffle(std::span(stratum.groups));
        std::size_t taken = 0;
        for (const Group& group : stratum.groups) {
            // A group is taken when that brings the stratum nearer to what it is to give.
            if (taken + group.size() / 2 + group.size() % 2 > stratum.wanted)
                continue;
            chosen.insert(group.begin(), group.end());
            taken += group.size();
        }
    }
    if (chosen.empty() || chosen.size() == documents)
        throw Error(ErrorKind::Input, fmt::format("set {}", set.name),
                    fmt::format("a share of {} of {} documents leaves one side empty", options.share, documents),
                    "choose another share, or add documents");

    SplitOutcome outcome{set, set, {}};
    outcome.heldOut.name = options.name;
    outcome.heldOut.purpose = SetPurpose::Evaluation;
    std::vector<std::uint32_t> rest, heldOut;
    for (const std::uint32_t document : set.documents)
        if (!chosen.contains(document))
            rest.push_back(document);
    std::unordered_set<std::uint32_t> listed;
    for (const std::uint32_t document : set.documents)
        if (chosen.contains(document) && listed.insert(document).second)
            heldOut.push_back(document);
    outcome.description = fmt::format("split {} of {} documents off {} as {} (seed {})", heldOut.size(), documents,
                                      set.name, options.name, options.seed);
    outcome.rest.documents = std::move(rest);
    outcome.heldOut.documents = std::move(heldOut);
    return outcome;
}

} // namespace vernier
