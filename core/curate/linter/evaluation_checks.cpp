#include "core/curate/linter/checks.h"

#include "core/curate/language.h"
#include "core/curate/readable_text.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vernier {

namespace {

/// What has a smaller share of the evaluation documents is not missed: a wrong guess, a stray text.
constexpr double kLeastShare = 0.02;
constexpr std::size_t kDocumentsAtOnce = 4096;

void checkLeaks(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    std::set<Sha256Digest> held;
    for (const std::uint32_t document : input.evaluation->documents)
        held.insert(contentHash(input.corpus[document]));
    const auto inside = documentsThat(
        facts, [&](const DocumentFacts& d) { return held.contains(contentHash(input.corpus[d.document])); });
    if (inside.empty())
        return;
    LintFinding finding =
        findingAbout(LintKind::EvaluationInside, LintSeverity::Warning, inside, facts,
                     fmt::format("are in {} too, so that what is measured on it is too good", input.evaluation->name));
    finding.repair = leavingOut(inside, facts);
    findings.push_back(std::move(finding));
}

std::vector<std::string_view> languagesOf(const LintInput& input, JobContext& job) {
    const DocumentList& documents = input.evaluation->documents;
    std::vector<std::string_view> languages(documents.size());
    job.beginStage("languages of the evaluation set", documents.size());
    for (std::size_t first = 0; first < documents.size(); first += kDocumentsAtOnce) {
        const std::size_t now = std::min(kDocumentsAtOnce, documents.size() - first);
        parallelFor(static_cast<Index>(now), [&](Index i) {
            job.throwIfCancelled();
            const std::size_t at = first + static_cast<std::size_t>(i);
            languages[at] = guessLanguage(readableText(input.corpus[documents[at]])).code;
        });
        job.advance(now);
    }
    return languages;
}

/// Names the evaluation set has for documents and the set has not, each with those documents.
void checkAbsent(LintKind kind, std::string_view what, const std::set<std::string_view>& present,
                 const std::vector<std::string_view>& names, const LintInput& input, LintFindings& findings) {
    const DocumentList& documents = input.evaluation->documents;
    std::map<std::string_view, std::vector<std::uint32_t>> absent;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!names[i].empty() && !present.contains(names[i]))
            absent[names[i]].push_back(documents[i]);
    for (const auto& [name, missing] : absent) {
        const double share = static_cast<double>(missing.size()) / static_cast<double>(documents.size());
        if (share < kLeastShare)
            continue;
        LintFinding finding{.kind = kind, .severity = LintSeverity::Warning};
        finding.sentence = fmt::format("The {} {} has {:.1f} % of the documents of {} and none of {}", what, name,
                                       100 * share, input.evaluation->name, input.set.name);
        finding.count = missing.size();
        const std::size_t listed = std::min(missing.size(), LintFinding::kMostListed);
        finding.documents.assign(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(listed));
        findings.push_back(std::move(finding));
    }
}

} // namespace

void checkEvaluation(const LintInput& input, const SetFacts& facts, LintFindings& findings, JobContext& job) {
    checkLeaks(input, facts, findings);
    std::vector<std::string_view> languages = languagesOf(input, job);
    std::ranges::replace(languages, std::string_view("und"), std::string_view());
    std::set<std::string_view> known, domains;
    for (const DocumentFacts& document : facts.documents) {
        known.insert(document.language);
        domains.insert(input.corpus[document.document].domain);
    }
    checkAbsent(LintKind::LanguageAbsent, "language", known, languages, input, findings);
    std::vector<std::string_view> evaluationDomains;
    for (const std::uint32_t document : input.evaluation->documents)
        evaluationDomains.push_back(input.corpus[document].domain);
    checkAbsent(LintKind::DomainAbsent, "domain", domains, evaluationDomains, input, findings);
}

} // namespace vernier
