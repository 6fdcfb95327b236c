#pragma once

#include "core/curate/linter/finding.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

struct LintRequest {
    std::string setName;               ///< empty: "default", or else the project's first
    std::filesystem::path modelFolder; ///< empty: tokens, windows and templates are not checked
    std::string evaluationSet;         ///< empty: "evaluation" where the project has it and it is not the set itself
    std::vector<std::uint32_t> duplicateOf = {};            ///< per document of the corpus the first of its cluster of
                                                            ///< near-duplicates; empty where they are not known
    std::shared_ptr<const Workbench::OpenModel> model = {}; ///< in place of modelFolder, for who has it open
};

struct SetLint {
    std::string setName, evaluationSet; ///< the latter empty when there was none to compare with
    std::size_t documents = 0;          ///< places of the set
    std::vector<LintFinding> findings;
};

/// Lints a set of a project for a model. Throws Error{Input} for a set that does not exist.
SetLint lintProjectSet(Workbench& bench, const Project& project, const LintRequest& request, JobContext& job);

/// Is what repairing a set came to.
struct SetRepair {
    SetEdit edit;                   ///< of the set; its description names every step
    std::vector<std::string> steps; ///< what each repair did, in order; empty when there was nothing to repair
    SetLint after;                  ///< what is still found
};

/// Repairs what the linter finds: one kind, or every warning and error that has a repair. The set is linted again after
/// each repair, since one may bring another to light; each kind is repaired once.
SetRepair repairProjectSet(Workbench& bench, const Project& project, const LintRequest& request,
                           std::optional<LintKind> kind, JobContext& job);

} // namespace vernier
