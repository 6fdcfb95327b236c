#pragma once

#include "core/curate/linter/document_facts.h"

#include <concepts>
#include <string>
#include <vector>

namespace vernier {

// The families of checks of the linter. Each puts what it finds behind the findings; they read facts and input only.

using LintFindings = std::vector<LintFinding>;

void checkSpecialTokens(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkWindows(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkTemplate(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkOtherTools(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkTexts(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkDuplicates(const LintInput& input, const SetFacts& facts, LintFindings& findings);
void checkEvaluation(const LintInput& input, const SetFacts& facts, LintFindings& findings, JobContext& job);

/// The documents of the set for which holds(facts) is true, in its order.
template <std::predicate<const DocumentFacts&> Predicate>
std::vector<std::uint32_t> documentsThat(const SetFacts& facts, Predicate holds) {
    std::vector<std::uint32_t> documents;
    for (const DocumentFacts& document : facts.documents)
        if (holds(document))
            documents.push_back(document.document);
    return documents;
}

/// A finding about documents, of which the first are listed; sentence stands behind their number: "3 of 40 documents".
LintFinding findingAbout(LintKind kind, LintSeverity severity, const std::vector<std::uint32_t>& documents,
                         const SetFacts& facts, const std::string& sentence);

/// Leaving documents out, where the set would keep any.
std::optional<LintRepair> leavingOut(std::vector<std::uint32_t> documents, const SetFacts& facts);

/// Another recipe.
LintRepair changing(std::string label, const PackingRecipe& recipe);

} // namespace vernier
