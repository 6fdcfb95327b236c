#include "core/workbench/lint_set.h"

#include "core/curate/linter/linter.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr const char* kEvaluation = "evaluation";

Index widestInput(const ArchitectureSpec& spec) {
    Index widest = 0;
    for (int block = 0; block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block))
            widest = std::max(widest, group.in());
    return widest;
}

/// Lints versions of one set against the same model and evaluation set.
struct Bench {
    const Project& project;
    const LintRequest& request;
    const CalibrationSet* evaluation;
    std::shared_ptr<const Workbench::OpenModel> model;

    SetLint lint(const CalibrationSet& set, JobContext& job) const {
        LintInput input{.set = set, .corpus = project.corpus, .evaluation = evaluation};
        input.duplicateOf = request.duplicateOf;
        if (model) {
            input.tokenizer = &model->tokenizer;
            input.chatTemplate = model->chatTemplate ? &*model->chatTemplate : nullptr;
            input.widestInput = widestInput(model->model.spec);
        }
        return {set.name, evaluation ? evaluation->name : "", set.documents.size(), lintSet(input, job)};
    }
};

Bench prepare(Workbench& bench, const Project& project, const LintRequest& request, const CalibrationSet& set,
              JobContext& job) {
    const CalibrationSet* evaluation =
        request.evaluationSet.empty() ? project.findSet(kEvaluation) : &chooseSet(project, request.evaluationSet);
    if (evaluation && evaluation->name == set.name)
        evaluation = nullptr;
    std::shared_ptr<const Workbench::OpenModel> model = request.model;
    if (!model && !request.modelFolder.empty())
        model = bench.open(request.modelFolder, job);
    return {project, request, evaluation, std::move(model)};
}

} // namespace

SetLint lintProjectSet(Workbench& bench, const Project& project, const LintRequest& request, JobContext& job) {
    const CalibrationSet& set = chooseSet(project, request.setName);
    return prepare(bench, project, request, set, job).lint(set, job);
}

SetRepair repairProjectSet(Workbench& bench, const Project& project, const LintRequest& request,
                           std::optional<LintKind> kind, JobContext& job) {
    const CalibrationSet& set = chooseSet(project, request.setName);
    const Bench linter = prepare(bench, project, request, set, job);
    SetRepair repair{{set, {}}, {}, linter.lint(set, job)};
    std::set<LintKind> repaired;
    const auto isWanted = [&](const LintFinding& finding) {
        const bool isMeant = kind ? finding.kind == *kind : finding.severity != LintSeverity::Information;
        return isMeant && finding.repair && !repaired.contains(finding.kind);
    };
    while (true) {
        const auto next = std::ranges::find_if(repair.after.findings, isWanted);
        if (next == repair.after.findings.end())
            break;
        repaired.insert(next->kind);
        repair.edit = applyRepair(repair.edit.set, *next->repair);
        repair.steps.push_back(fmt::format("{}: {}", nameOf(next->kind), repair.edit.description));
        repair.after = linter.lint(repair.edit.set, job);
    }
    repair.edit.description = fmt::format("{}", fmt::join(repair.steps, "; "));
    return repair;
}

} // namespace vernier
