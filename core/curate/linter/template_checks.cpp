#include "core/curate/linter/checks.h"

namespace vernier {

void checkTemplate(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    const PackingRecipe& recipe = input.set.recipe;
    const auto conversations = documentsThat(facts, [](const DocumentFacts& d) { return d.isConversation; });
    if (!conversations.empty() && recipe.applyChatTemplate && !input.chatTemplate) {
        LintFinding finding = findingAbout(LintKind::NoTemplate, LintSeverity::Error, conversations, facts,
                                           "are conversations, and the model has no chat template to render them");
        PackingRecipe without = recipe;
        without.applyChatTemplate = false;
        finding.repair = changing("Join the contents of messages by line breaks", without);
        findings.push_back(std::move(finding));
    }
    if (!conversations.empty() && !recipe.applyChatTemplate && input.chatTemplate) {
        LintFinding finding = findingAbout(LintKind::TemplateOff, LintSeverity::Warning, conversations, facts,
                                           "are conversations that the recipe packs without the model's chat template");
        PackingRecipe with = recipe;
        with.applyChatTemplate = true;
        finding.repair = changing("Apply the model's chat template", with);
        findings.push_back(std::move(finding));
    }
    const auto refused = documentsThat(facts, [](const DocumentFacts& d) { return d.refused; });
    if (!refused.empty()) {
        LintFinding finding = findingAbout(LintKind::TemplateRefuses, LintSeverity::Error, refused, facts,
                                           "are conversations that the model's chat template refuses");
        finding.repair = leavingOut(refused, facts);
        findings.push_back(std::move(finding));
    }
    const auto plain = documentsThat(facts, [](const DocumentFacts& d) { return !d.isConversation; });
    if (input.chatTemplate && 2 * plain.size() > facts.documents.size())
        findings.push_back(findingAbout(LintKind::PlainForChat, LintSeverity::Warning, plain, facts,
                                        "are plain text, while the model is made for conversations through its chat "
                                        "template; calibrate on what it will be asked"));
}

} // namespace vernier
