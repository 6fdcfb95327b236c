#pragma once

#include "core/store/project.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace vernier {

struct RunRemoved {
    std::shared_ptr<const Run> run;
    std::size_t position = 0; ///< where it stood
};
struct RunRenamed {
    std::string from, to;
};
struct RunTagged {
    std::string run;
    std::vector<std::string> before, after;
};
struct RunNoted {
    std::string run, before, after;
};
struct BaselinePinned {
    std::string before, after; ///< names of runs; empty for none
};
using RunChange = std::variant<RunRemoved, RunRenamed, RunTagged, RunNoted, BaselinePinned>;

/// Is an edit of runs by hand that can be carried out and taken back, whatever else (a run that is added, an
/// evaluation) happened to the project in between; and what it does in one line ("deleted 3 runs"), for the history.
struct RunsEdit {
    std::vector<RunChange> changes; ///< empty when the project is already as the edit would make it
    std::string description;
};

using RunNames = std::span<const std::string>;

// Edits of runs; none changes the project. Throw Error{Input} when there is no run of a name.

RunsEdit deleteRuns(const Project& project, RunNames names);

/// Throws Error{Input} too when the name is taken or not one that a run may have (requireRunName). The pinned baseline
/// stays the same run.
RunsEdit renameRun(const Project& project, const std::string& name, const std::string& newName);

/// Adds tags behind those that runs have, and takes others away. Throws Error{Input} too when they are not such as a
/// run may have (requireTags).
RunsEdit tagRuns(const Project& project, RunNames names, RunNames add, RunNames remove);

/// Gives a run these tags and no others; each once.
RunsEdit setRunTags(const Project& project, const std::string& name, std::vector<std::string> tags);

/// Gives a run a note, or none when it is empty. Throws Error{Input} too when it is longer than 10 000 bytes.
RunsEdit noteRun(const Project& project, const std::string& name, const std::string& note);

/// Makes a run the one that others are compared with; no run for an empty name.
RunsEdit pinBaseline(const Project& project, const std::string& name);

/// Carries an edit out, or takes it back. A run that was made under the name of one that comes back is given another
/// ("a-2"). Throws Error{Input} and leaves the project as it was when a run is gone.
void apply(Project& project, const RunsEdit& edit);
void revert(Project& project, const RunsEdit& edit);

/// "law, mixed, final" as tags: without the white space around, without empty ones.
std::vector<std::string> tagsFromText(const std::string& text);
std::string tagsText(std::span<const std::string> tags);

} // namespace vernier
