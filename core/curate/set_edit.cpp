#include "core/curate/set_edit.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr int kMostTimes = 1000;
constexpr std::size_t kMostPlaces = std::size_t{1} << 24;
constexpr std::size_t kLongestName = 200;

using DocumentSet = std::unordered_set<std::uint32_t>;

DocumentSet asSet(std::span<const std::uint32_t> documents) {
    return {documents.begin(), documents.end()};
}

std::string counted(std::size_t count) {
    return count == 1 ? "1 document" : fmt::format("{} documents", count);
}

SetEdit edited(const CalibrationSet& set, std::vector<std::uint32_t> documents, std::string description) {
    SetEdit edit{set, std::move(description)};
    edit.set.documents = std::move(documents);
    return edit;
}

/// The set without the places for which leavesOut(document) holds, and how many there were.
template <class Predicate>
std::pair<std::vector<std::uint32_t>, std::size_t> without(const CalibrationSet& set, Predicate leavesOut) {
    std::vector<std::uint32_t> kept;
    std::ranges::copy_if(set.documents, std::back_inserter(kept), [&](std::uint32_t d) { return !leavesOut(d); });
    const std::size_t removed = set.documents.size() - kept.size();
    return {std::move(kept), removed};
}

void requireFreeName(SetList sets, const std::string& name) {
    if (name.empty() || name.size() > kLongestName || countInvalidUtf8(name) > 0)
        throw Error(ErrorKind::Input, "name of the set", "is empty, too long or not valid UTF-8",
                    fmt::format("give one of 1 to {} bytes", kLongestName));
    if (std::ranges::find(sets, name, &CalibrationSet::name) != sets.end())
        throw Error(ErrorKind::Input, fmt::format("set {}", name), "exists already", "choose another name");
}

std::vector<CalibrationSet> copyOf(SetList sets) {
    return {sets.begin(), sets.end()};
}

CalibrationSet& find(std::vector<CalibrationSet>& sets, const std::string& name) {
    requireSet(sets, name);
    return *std::ranges::find(sets, name, &CalibrationSet::name);
}

} // namespace

SetEdit addDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents) {
    DocumentSet present = asSet(set.documents);
    std::vector<std::uint32_t> all(set.documents.begin(), set.documents.end());
    std::ranges::copy_if(documents, std::back_inserter(all), [&](std::uint32_t d) { return present.insert(d).second; });
    const std::size_t added = all.size() - set.documents.size();
    return edited(set, std::move(all), fmt::format("added {} to {}", counted(added), set.name));
}

SetEdit excludeDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents) {
    const DocumentSet unwanted = asSet(documents);
    auto [kept, removed] = without(set, [&](std::uint32_t d) { return unwanted.contains(d); });
    return edited(set, std::move(kept), fmt::format("left {} out of {}", counted(removed), set.name));
}

SetEdit keepOnlyDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents) {
    const DocumentSet wanted = asSet(documents);
    std::vector<std::uint32_t> kept = without(set, [&](std::uint32_t d) { return !wanted.contains(d); }).first;
    const std::size_t left = kept.size();
    return edited(set, std::move(kept), fmt::format("kept only {} of {}", counted(left), set.name));
}

SetEdit multiplyDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents, int times) {
    if (times < 0 || times > kMostTimes)
        throw Error(ErrorKind::Input, "times", fmt::format("{} is out of range", times),
                    fmt::format("choose 0 to {}", kMostTimes));
    const DocumentSet chosen = asSet(documents);
    DocumentSet done;
    std::vector<std::uint32_t> all;
    for (const std::uint32_t document : set.documents) {
        if (!chosen.contains(document))
            all.push_back(document);
        else if (done.insert(document).second)
            all.insert(all.end(), static_cast<std::size_t>(times), document);
        if (all.size() > kMostPlaces)
            throw Error(ErrorKind::Input, fmt::format("set {}", set.name),
                        fmt::format("would have more than {} places", kMostPlaces), "repeat fewer documents");
    }
    return edited(set, std::move(all),
                  fmt::format("repeated {} of {} {} times", counted(done.size()), set.name, times));
}

SetEdit reorderDocuments(const CalibrationSet& set, std::span<const std::uint32_t> documents) {
    std::unordered_map<std::uint32_t, std::size_t> places;
    for (const std::uint32_t document : set.documents)
        ++places[document];
    std::vector<std::uint32_t> all;
    for (const std::uint32_t document : documents)
        if (const auto found = places.find(document); found != places.end()) {
            all.insert(all.end(), found->second, document);
            places.erase(found);
        }
    std::ranges::copy_if(set.documents, std::back_inserter(all), [&](std::uint32_t d) { return places.contains(d); });
    return edited(set, std::move(all), fmt::format("reordered {}", set.name));
}

SetEdit shuffleDocuments(const CalibrationSet& set, std::uint64_t seed) {
    std::vector<std::uint32_t> all(set.documents.begin(), set.documents.end());
    SeededRandom(seed).shuffle(std::span(all));
    return edited(set, std::move(all), fmt::format("shuffled {} (seed {})", set.name, seed));
}

SetEdit changeRecipe(const CalibrationSet& set, const PackingRecipe& recipe) {
    recipe.validate();
    SetEdit edit{set, fmt::format("changed how {} is packed", set.name)};
    edit.set.recipe = recipe;
    return edit;
}

SetEdit changePurpose(const CalibrationSet& set, SetPurpose purpose) {
    SetEdit edit{set, fmt::format("made {} a set for {}", set.name,
                                  purpose == SetPurpose::Calibration ? "calibration" : "evaluation")};
    edit.set.purpose = purpose;
    return edit;
}

SetsEdit replaceSet(SetList sets, const SetEdit& edit) {
    SetsEdit result{copyOf(sets), edit.description};
    find(result.sets, edit.set.name) = edit.set;
    return result;
}

SetsEdit createSet(SetList sets, const CalibrationSet& set) {
    requireFreeName(sets, set.name);
    SetsEdit result{copyOf(sets), fmt::format("created {} with {}", set.name, counted(set.documents.size()))};
    result.sets.push_back(set);
    return result;
}

SetsEdit renameSet(SetList sets, const std::string& name, const std::string& newName) {
    SetsEdit result{copyOf(sets), fmt::format("renamed {} to {}", name, newName)};
    CalibrationSet& set = find(result.sets, name);
    if (newName != name)
        requireFreeName(sets, newName);
    set.name = newName;
    return result;
}

SetsEdit duplicateSet(SetList sets, const std::string& name, const std::string& copyName) {
    CalibrationSet copy = requireSet(sets, name);
    copy.name = copyName;
    SetsEdit result = createSet(sets, copy);
    result.description = fmt::format("duplicated {} as {}", name, copyName);
    return result;
}

SetsEdit deleteSet(SetList sets, const std::string& name) {
    requireSet(sets, name);
    SetsEdit result{copyOf(sets), fmt::format("deleted {}", name)};
    std::erase_if(result.sets, [&](const CalibrationSet& set) { return set.name == name; });
    return result;
}

const CalibrationSet& requireSet(SetList sets, const std::string& name) {
    const auto found = std::ranges::find(sets, name, &CalibrationSet::name);
    if (found != sets.end())
        return *found;
    std::vector<std::string> names;
    for (const CalibrationSet& set : sets)
        names.push_back(set.name);
    throw Error(ErrorKind::Input, fmt::format("set {}", name), "does not exist",
                names.empty() ? "import text first" : fmt::format("the project has {}", fmt::join(names, ", ")));
}

} // namespace vernier
