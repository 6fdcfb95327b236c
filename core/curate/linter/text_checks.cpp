#include "core/curate/linter/checks.h"

#include <fmt/format.h>

namespace vernier {

namespace {

template <class Predicate>
void report(LintKind kind, LintSeverity severity, const SetFacts& facts, Predicate holds, const std::string& sentence,
            LintFindings& findings) {
    const std::vector<std::uint32_t> documents = documentsThat(facts, holds);
    if (documents.empty())
        return;
    LintFinding finding = findingAbout(kind, severity, documents, facts, sentence);
    finding.repair = leavingOut(documents, facts);
    findings.push_back(std::move(finding));
}

} // namespace

void checkTexts(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    report(
        LintKind::Empty, LintSeverity::Warning, facts, [](const DocumentFacts& d) { return d.isEmpty; },
        "hold nothing but white space", findings);
    report(
        LintKind::Garbled, LintSeverity::Warning, facts,
        [](const DocumentFacts& d) { return d.text.garbled && !d.isEmpty; },
        "look garbled: wrongly decoded characters, control characters, or hardly a letter", findings);
    report(
        LintKind::Repetitive, LintSeverity::Information, facts,
        [](const DocumentFacts& d) { return d.text.repetitive; }, "say the same again and again", findings);
    report(
        LintKind::TooShort, LintSeverity::Information, facts,
        [](const DocumentFacts& d) { return d.text.tooShort && !d.isEmpty; },
        fmt::format("have fewer than {} characters", input.limits.leastCharacters), findings);
    report(
        LintKind::TooLong, LintSeverity::Information, facts, [](const DocumentFacts& d) { return d.text.tooLong; },
        fmt::format("have more than {} characters", input.limits.mostCharacters), findings);
}

} // namespace vernier
