#include "core/curate/linter/finding.h"

#include "core/base/error.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr LintKindName kKinds[] = {
    {LintKind::RecipeRefused, "recipe-refused"},
    {LintKind::DoubleBegin, "double-bos"},
    {LintKind::MissingEnd, "missing-eos"},
    {LintKind::SpecialTokensInText, "special-tokens-in-text"},
    {LintKind::Padding, "padding"},
    {LintKind::Truncated, "truncated"},
    {LintKind::CutConversations, "cut-conversations"},
    {LintKind::TooFewTokens, "too-few-tokens"},
    {LintKind::NoTemplate, "no-template"},
    {LintKind::TemplateOff, "template-off"},
    {LintKind::TemplateRefuses, "template-refuses"},
    {LintKind::PlainForChat, "plain-text-for-chat-model"},
    {LintKind::AutoAwqDrops, "dropped-by-autoawq"},
    {LintKind::AutoRoundDrops, "dropped-by-autoround"},
    {LintKind::GptqModelDrops, "dropped-by-gptqmodel"},
    {LintKind::Empty, "empty"},
    {LintKind::Garbled, "garbled"},
    {LintKind::Repetitive, "repetitive"},
    {LintKind::TooShort, "too-short"},
    {LintKind::TooLong, "too-long"},
    {LintKind::ExactDuplicates, "exact-duplicates"},
    {LintKind::NearDuplicates, "near-duplicates"},
    {LintKind::EvaluationInside, "evaluation-inside"},
    {LintKind::LanguageAbsent, "language-absent"},
    {LintKind::DomainAbsent, "domain-absent"},
};

} // namespace

std::span<const LintKindName> lintKindNames() {
    return kKinds;
}

std::string_view nameOf(LintKind kind) {
    return std::ranges::find(kKinds, kind, &LintKindName::kind)->name;
}

std::string_view nameOf(LintSeverity severity) {
    switch (severity) {
    case LintSeverity::Information:
        return "information";
    case LintSeverity::Warning:
        return "warning";
    case LintSeverity::Error:
        break;
    }
    return "error";
}

LintKind lintKindFromName(std::string_view name) {
    if (const auto* known = std::ranges::find(kKinds, name, &LintKindName::name); known != std::end(kKinds))
        return known->kind;
    std::vector<std::string_view> names;
    std::ranges::transform(kKinds, std::back_inserter(names), &LintKindName::name);
    throw Error(ErrorKind::Input, "kind of finding", fmt::format("{} is none", name),
                fmt::format("there are {}", fmt::join(names, ", ")));
}

SetEdit applyRepair(const CalibrationSet& set, const LintRepair& repair) {
    SetEdit edit{set, {}};
    if (repair.recipe)
        edit = changeRecipe(set, *repair.recipe);
    if (!repair.leaveOut.empty()) {
        const std::string before = edit.description;
        edit = excludeDocuments(edit.set, repair.leaveOut);
        if (!before.empty())
            edit.description = before + "; " + edit.description;
    }
    return edit;
}

} // namespace vernier
