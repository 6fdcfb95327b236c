#include "core/curate/linter/checks.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

std::uint64_t packedTokens(const DocumentFacts& document, const SetFacts& facts) {
    return document.tokens + facts.recipe.perDocument;
}

bool isLonger(const DocumentFacts& document, const SetFacts& facts) {
    return document.isPacked() && packedTokens(document, facts) > facts.recipe.room;
}

void checkPadding(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    if (input.set.recipe.shortDocuments != ShortDocuments::Pad)
        return;
    std::uint64_t padding = 0, all = 0;
    for (const std::uint32_t place : facts.places) {
        const DocumentFacts& document = facts.documents[place];
        if (!document.isPacked())
            continue;
        all += facts.recipe.room;
        padding += facts.recipe.room - std::min(facts.recipe.room, packedTokens(document, facts));
    }
    if (padding == 0)
        return;
    const auto padded = documentsThat(
        facts, [&](const DocumentFacts& d) { return d.isPacked() && packedTokens(d, facts) < facts.recipe.room; });
    LintFinding finding = findingAbout(
        LintKind::Padding, LintSeverity::Information, padded, facts,
        fmt::format("are padded: {:.1f} % of all tokens are padding, which Vernier masks and other tools count in "
                    "their statistics",
                    100.0 * static_cast<double>(padding) / static_cast<double>(all)));
    PackingRecipe recipe = input.set.recipe;
    recipe.mode = PackingMode::Concatenate;
    finding.repair = changing("Concatenate documents instead", recipe);
    findings.push_back(std::move(finding));
}

void checkTruncation(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    const auto longer = documentsThat(facts, [&](const DocumentFacts& d) { return isLonger(d, facts); });
    if (longer.empty())
        return;
    const std::size_t conversations =
        documentsThat(facts, [&](const DocumentFacts& d) { return d.isConversation && isLonger(d, facts); }).size();
    LintFinding finding = findingAbout(LintKind::Truncated, LintSeverity::Warning, longer, facts,
                                       fmt::format("are longer than their window of {} tokens and are truncated; {} of "
                                                   "them are conversations",
                                                   input.set.recipe.sequenceLength, conversations));
    finding.repair = leavingOut(longer, facts);
    findings.push_back(std::move(finding));
}

/// Conversations that cross the edge of a window, in the order of the set; in an order drawn by a seed, those that
/// must.
std::vector<std::uint32_t> cutConversations(const LintInput& input, const SetFacts& facts) {
    std::vector<bool> isCut(facts.documents.size(), false);
    std::uint64_t position = 0;
    for (const std::uint32_t place : facts.places) {
        const DocumentFacts& document = facts.documents[place];
        if (!document.isPacked())
            continue;
        const std::uint64_t begin = position;
        position += packedTokens(document, facts);
        const bool crosses =
            begin / facts.recipe.room != (begin + std::max<std::uint64_t>(document.tokens, 1) - 1) / facts.recipe.room;
        if (document.isConversation && (input.set.recipe.shuffle ? isLonger(document, facts) : crosses))
            isCut[place] = true;
    }
    std::vector<std::uint32_t> documents;
    for (std::size_t i = 0; i < isCut.size(); ++i)
        if (isCut[i])
            documents.push_back(facts.documents[i].document);
    return documents;
}

void checkCuts(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    const auto cut = cutConversations(input, facts);
    if (cut.empty())
        return;
    LintFinding finding = findingAbout(LintKind::CutConversations, LintSeverity::Information, cut, facts,
                                       "are conversations that the edge of a window cuts, so that the rest of them has "
                                       "lost its beginning");
    PackingRecipe recipe = input.set.recipe;
    recipe.mode = PackingMode::OnePerWindow;
    finding.repair = changing("Give every document a window of its own", recipe);
    findings.push_back(std::move(finding));
}

void checkTokenCount(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    const PackingRecipe& recipe = input.set.recipe;
    const auto wanted = static_cast<std::uint64_t>(input.widestInput);
    std::uint64_t windows = 0, tokens = 0; // windows there would be without a limit, tokens within it
    const auto mostWindows = static_cast<std::uint64_t>(recipe.maxWindows);
    if (recipe.mode == PackingMode::Concatenate) {
        std::uint64_t all = 0;
        for (const std::uint32_t place : facts.places)
            if (facts.documents[place].isPacked())
                all += packedTokens(facts.documents[place], facts);
        windows = all / facts.recipe.room;
        tokens = (mostWindows ? std::min(windows, mostWindows) : windows) *
                 static_cast<std::uint64_t>(recipe.sequenceLength);
    } else {
        for (const std::uint32_t place : facts.places) {
            const DocumentFacts& document = facts.documents[place];
            const std::uint64_t own = packedTokens(document, facts);
            if (!document.isPacked() || (recipe.shortDocuments == ShortDocuments::LeaveOut && own < facts.recipe.room))
                continue;
            if (mostWindows == 0 || windows < mostWindows)
                tokens += std::min(own, facts.recipe.room);
            ++windows;
        }
    }
    if (tokens >= wanted)
        return;
    LintFinding finding{.kind = LintKind::TooFewTokens, .severity = LintSeverity::Warning};
    finding.sentence =
        fmt::format("The set gives {} tokens, and the widest linear has {} inputs: its Gram matrix cannot "
                    "have full rank",
                    tokens, wanted);
    const auto length = static_cast<std::uint64_t>(recipe.sequenceLength);
    const std::uint64_t enough = (wanted + length - 1) / length;
    if (recipe.mode == PackingMode::Concatenate && mostWindows > 0 && windows >= enough) {
        PackingRecipe more = recipe;
        more.maxWindows = static_cast<int>(enough);
        finding.repair = changing(fmt::format("Take {} windows", enough), more);
    }
    findings.push_back(std::move(finding));
}

} // namespace

void checkWindows(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    if (input.set.recipe.mode == PackingMode::OnePerWindow) {
        checkPadding(input, facts, findings);
        checkTruncation(input, facts, findings);
    } else {
        checkCuts(input, facts, findings);
    }
    if (input.widestInput > 0)
        checkTokenCount(input, facts, findings);
}

} // namespace vernier
