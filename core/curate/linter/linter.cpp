#include "core/curate/linter/linter.h"

#include "core/curate/linter/checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vernier {

LintFinding findingAbout(LintKind kind, LintSeverity severity, const std::vector<std::uint32_t>& documents,
                         const SetFacts& facts, const std::string& sentence) {
    LintFinding finding{.kind = kind, .severity = severity};
    finding.sentence = fmt::format("{} of {} documents {}", documents.size(), facts.documents.size(), sentence);
    finding.count = documents.size();
    const std::size_t listed = std::min(documents.size(), LintFinding::kMostListed);
    finding.documents.assign(documents.begin(), documents.begin() + static_cast<std::ptrdiff_t>(listed));
    return finding;
}

std::optional<LintRepair> leavingOut(std::vector<std::uint32_t> documents, const SetFacts& facts) {
    if (documents.empty() || documents.size() == facts.documents.size())
        return std::nullopt;
    const std::string what = documents.size() == 1 ? "1 document" : fmt::format("{} documents", documents.size());
    return LintRepair{fmt::format("Leave {} out", what), std::move(documents), {}};
}

LintRepair changing(std::string label, const PackingRecipe& recipe) {
    return {std::move(label), {}, recipe};
}

std::vector<LintFinding> lintSet(const LintInput& input, JobContext& job) {
    const SetFacts facts = gatherFacts(input, job);
    LintFindings findings;
    if (input.tokenizer) {
        checkTemplate(input, facts, findings);
        if (facts.recipe.problem.empty()) {
            checkSpecialTokens(input, facts, findings);
            checkWindows(input, facts, findings);
        } else {
            LintFinding refused{.kind = LintKind::RecipeRefused, .severity = LintSeverity::Error};
            refused.sentence = facts.recipe.problem;
            findings.push_back(std::move(refused));
        }
        checkOtherTools(input, facts, findings);
    }
    checkTexts(input, facts, findings);
    checkDuplicates(input, facts, findings);
    if (input.evaluation)
        checkEvaluation(input, facts, findings, job);
    return findings;
}

} // namespace vernier
