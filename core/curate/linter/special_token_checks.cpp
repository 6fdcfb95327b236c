#include "core/curate/linter/checks.h"

#include <fmt/format.h>

namespace vernier {

namespace {

void checkDoubleBegin(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    const std::uint64_t added = facts.recipe.begins ? 1 : 0;
    const auto doubled = documentsThat(facts, [&](const DocumentFacts& d) {
        return d.isPacked() && d.leadingBegins > 0 && d.leadingBegins + added > 1;
    });
    if (doubled.empty())
        return;
    LintFinding finding = findingAbout(
        LintKind::DoubleBegin, LintSeverity::Warning, doubled, facts,
        added
            ? "already begin with the begin-of-text token that the recipe puts before them, so the model sees it twice"
            : "begin with more than one begin-of-text token");
    // Those that bring two of their own stay wrong whatever the recipe adds.
    const auto twice = documentsThat(facts, [](const DocumentFacts& d) { return d.isPacked() && d.leadingBegins > 1; });
    const std::optional<LintRepair> without = leavingOut(twice, facts);
    LintRepair repair = without.value_or(LintRepair{});
    if (added) {
        repair.recipe = input.set.recipe;
        repair.recipe->beginOfText = BeginOfText::None;
        repair.label = twice.empty() ? "Add no begin-of-text token"
                                     : fmt::format("Add no begin-of-text token, leave {} out", twice.size());
    }
    if (twice.empty() || without)
        finding.repair = std::move(repair);
    findings.push_back(std::move(finding));
}

void checkMissingEnd(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    if (input.set.recipe.mode != PackingMode::Concatenate || facts.recipe.ends || facts.places.size() < 2)
        return;
    const auto open = documentsThat(facts, [](const DocumentFacts& d) { return d.isPacked() && !d.endsItself; });
    if (open.empty())
        return;
    LintFinding finding = findingAbout(LintKind::MissingEnd, LintSeverity::Warning, open, facts,
                                       "run into the next one without an end-of-text token between them");
    if (input.tokenizer->endOfText()) {
        PackingRecipe recipe = input.set.recipe;
        if (recipe.separator == Separator::None)
            recipe.separator = Separator::EndOfText;
        else
            recipe.endOfText = EndOfText::PerDocument;
        finding.repair = changing("Put the end-of-text token behind every document", recipe);
    }
    findings.push_back(std::move(finding));
}

void checkSpecialsInText(const SetFacts& facts, LintFindings& findings) {
    const auto parsed = documentsThat(
        facts, [](const DocumentFacts& d) { return d.isPacked() && !d.isConversation && d.specialsInside > 0; });
    if (parsed.empty())
        return;
    LintFinding finding =
        findingAbout(LintKind::SpecialTokensInText, LintSeverity::Warning, parsed, facts,
                     "are plain text that spells special tokens, which the tokenizer takes for real ones");
    finding.repair = leavingOut(parsed, facts);
    findings.push_back(std::move(finding));
}

} // namespace

void checkSpecialTokens(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    checkDoubleBegin(input, facts, findings);
    checkMissingEnd(input, facts, findings);
    checkSpecialsInText(facts, findings);
}

} // namespace vernier
