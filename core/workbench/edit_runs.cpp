#include "core/workbench/edit_runs.h"

#include "core/base/error.h"
#include "core/base/names.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace vernier {

namespace {

using Texts = std::vector<std::string>;

bool contains(std::span<const std::string> texts, const std::string& text) {
    return std::ranges::find(texts, text) != texts.end();
}

Run& requireRun(Project& project, const std::string& name) {
    requireRun(std::as_const(project), name);
    return *project.findRun(name);
}

void requireFree(const Project& project, const std::string& name) {
    if (project.findRun(name))
        throw Error(ErrorKind::Input, fmt::format("run {}", name), "there is one of that name already",
                    "choose another name, or rename that one first");
}

/// "gptq-3bit", "3 runs"
std::string counted(RunNames names) {
    return names.size() == 1 ? names.front() : fmt::format("{} runs", names.size());
}

void remove(Project& project, const RunRemoved& change) {
    const std::string& name = requireRun(project, change.run->name).name;
    std::erase_if(project.runs, [name = std::string(name)](const Run& run) { return run.name == name; });
}

/// Puts a run back. One that was given its name in the meantime makes room, since the edits before this one are about
/// the run that comes back.
void restore(Project& project, const RunRemoved& change) {
    const std::string& name = change.run->name;
    if (Run* newcomer = project.findRun(name))
        newcomer->name = freeName(name, [&](const std::string& tried) { return project.findRun(tried) != nullptr; });
    const auto at = std::min(change.position, project.runs.size());
    project.runs.insert(project.runs.begin() + static_cast<std::ptrdiff_t>(at), *change.run);
}

void rename(Project& project, const std::string& from, const std::string& to) {
    Run& run = requireRun(project, from);
    requireFree(project, to);
    run.name = to;
}

/// Carries one change out, or takes it back.
struct Carry {
    Project& project;
    bool forward;

    void operator()(const RunRemoved& change) const { forward ? remove(project, change) : restore(project, change); }
    void operator()(const RunRenamed& change) const {
        forward ? rename(project, change.from, change.to) : rename(project, change.to, change.from);
    }
    void operator()(const RunTagged& change) const {
        requireRun(project, change.run).tags = forward ? change.after : change.before;
    }
    void operator()(const RunNoted& change) const {
        requireRun(project, change.run).note = forward ? change.after : change.before;
    }
    void operator()(const BaselinePinned& change) const {
        project.baselineRun = forward ? change.after : change.before;
    }
};

/// Carries changes in their order; when one cannot be, those before it are taken back.
template <class Changes>
void carry(Project& project, const Changes& changes, bool forward) {
    auto at = changes.begin();
    try {
        for (; at != changes.end(); ++at)
            std::visit(Carry{project, forward}, *at);
    } catch (...) {
        while (at != changes.begin())
            std::visit(Carry{project, !forward}, *--at);
        throw;
    }
}

} // namespace

RunsEdit deleteRuns(const Project& project, RunNames names) {
    RunsEdit edit{{}, fmt::format("deleted {}", counted(names))};
    std::set<std::size_t> places;
    for (const std::string& name : names) {
        const Run& run = requireRun(project, name);
        const auto place = static_cast<std::size_t>(&run - project.runs.data());
        // By the time it goes, those that stand before it and go too are gone.
        const auto gone = static_cast<std::size_t>(std::distance(places.begin(), places.lower_bound(place)));
        if (places.insert(place).second)
            edit.changes.push_back(RunRemoved{std::make_shared<const Run>(run), place - gone});
    }
    if (contains(names, project.baselineRun))
        edit.changes.push_back(BaselinePinned{project.baselineRun, {}});
    return edit;
}

RunsEdit renameRun(const Project& project, const std::string& name, const std::string& newName) {
    requireRun(project, name);
    RunsEdit edit{{}, fmt::format("renamed {} to {}", name, newName)};
    if (newName == name)
        return edit;
    requireRunName(newName);
    requireFree(project, newName);
    edit.changes.push_back(RunRenamed{name, newName});
    if (project.baselineRun == name)
        edit.changes.push_back(BaselinePinned{name, newName});
    return edit;
}

RunsEdit setRunTags(const Project& project, const std::string& name, Texts tags) {
    const Run& run = requireRun(project, name);
    Texts unique;
    for (std::string& tag : tags)
        if (!contains(unique, tag))
            unique.push_back(std::move(tag));
    requireTags(unique);
    RunsEdit edit{{}, unique.empty() ? fmt::format("took the tags of {} away", name) : fmt::format("tagged {}", name)};
    if (unique != run.tags)
        edit.changes.push_back(RunTagged{name, run.tags, std::move(unique)});
    return edit;
}

RunsEdit tagRuns(const Project& project, RunNames names, RunNames add, RunNames removed) {
    RunsEdit edit{{}, fmt::format("{} {}", add.empty() ? "untagged" : "tagged", counted(names))};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (contains(names.first(i), names[i]))
            continue;
        Texts tags = requireRun(project, names[i]).tags;
        std::erase_if(tags, [&](const std::string& tag) { return contains(removed, tag); });
        tags.insert(tags.end(), add.begin(), add.end());
        std::ranges::move(setRunTags(project, names[i], std::move(tags)).changes, std::back_inserter(edit.changes));
    }
    return edit;
}

RunsEdit noteRun(const Project& project, const std::string& name, const std::string& note) {
    const Run& run = requireRun(project, name);
    requireNote(note);
    RunsEdit edit{{}, fmt::format("{} {}", note.empty() ? "took away the note of" : "noted something on", name)};
    if (note != run.note)
        edit.changes.push_back(RunNoted{name, run.note, note});
    return edit;
}

RunsEdit pinBaseline(const Project& project, const std::string& name) {
    if (!name.empty())
        requireRun(project, name);
    RunsEdit edit{{}, name.empty() ? "took the baseline away" : fmt::format("made {} the baseline", name)};
    if (name != project.baselineRun)
        edit.changes.push_back(BaselinePinned{project.baselineRun, name});
    return edit;
}

void apply(Project& project, const RunsEdit& edit) {
    carry(project, edit.changes, true);
}

void revert(Project& project, const RunsEdit& edit) {
    carry(project, std::vector<RunChange>(edit.changes.rbegin(), edit.changes.rend()), false);
}

Texts tagsFromText(const std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    Texts tags;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string tag = text.substr(begin, end - begin);
        tag.erase(0, std::min(tag.find_first_not_of(kSpace), tag.size()));
        tag.erase(tag.find_last_not_of(kSpace) + 1);
        if (!tag.empty())
            tags.push_back(std::move(tag));
        begin = end + 1;
    }
    return tags;
}

std::string tagsText(std::span<const std::string> tags) {
    return fmt::format("{}", fmt::join(tags, ", "));
}

} // namespace vernier
