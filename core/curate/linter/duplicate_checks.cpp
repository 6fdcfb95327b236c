#include "core/curate/linter/checks.h"

#include "core/curate/duplicates.h"

#include <string_view>
#include <unordered_set>

namespace vernier {

namespace {

/// Documents with the content of an earlier one of the set.
std::vector<std::uint32_t> exactRepeats(const LintInput& input, const SetFacts& facts) {
    std::vector<Sha256Digest> hashes;
    hashes.reserve(facts.documents.size());
    for (const DocumentFacts& document : facts.documents)
        hashes.push_back(contentHash(input.corpus[document.document]));
    std::vector<std::string_view> texts;
    texts.reserve(hashes.size());
    for (const Sha256Digest& hash : hashes)
        texts.emplace_back(reinterpret_cast<const char*>(hash.data()), hash.size());
    const DuplicateClusters clusters = exactDuplicates(texts);
    std::vector<std::uint32_t> repeats;
    for (std::size_t i = 0; i < facts.documents.size(); ++i)
        if (clusters.isRedundant(i))
            repeats.push_back(facts.documents[i].document);
    return repeats;
}

/// Documents whose cluster has an earlier one in the set.
std::vector<std::uint32_t> nearRepeats(const LintInput& input, const SetFacts& facts) {
    std::unordered_set<std::uint32_t> seen;
    return documentsThat(facts, [&](const DocumentFacts& d) {
        return d.document < input.duplicateOf.size() && !seen.insert(input.duplicateOf[d.document]).second;
    });
}

void report(LintKind kind, LintSeverity severity, const std::vector<std::uint32_t>& repeats, const SetFacts& facts,
            const char* sentence, LintFindings& findings) {
    if (repeats.empty())
        return;
    LintFinding finding = findingAbout(kind, severity, repeats, facts, sentence);
    finding.repair = leavingOut(repeats, facts);
    finding.repair->label = "Keep one of each";
    findings.push_back(std::move(finding));
}

} // namespace

void checkDuplicates(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    report(LintKind::ExactDuplicates, LintSeverity::Warning, exactRepeats(input, facts), facts,
           "repeat an earlier one exactly", findings);
    report(LintKind::NearDuplicates, LintSeverity::Warning, nearRepeats(input, facts), facts,
           "nearly repeat an earlier one", findings);
}

} // namespace vernier
