#include "core/curate/linter/checks.h"

#include <fmt/format.h>

namespace vernier {

namespace {

// What the tools do with their default settings as of 2026: AutoAWQ's calibration loader (max_calib_seq_len) and that
// of llm-awq skip longer samples, AutoRound's skips samples shorter than seqlen, GPTQModel's skips those below
// calibration_data_min_length.
constexpr std::uint64_t kAutoAwqMost = 512;
constexpr std::uint64_t kGptqModelLeast = 10;

void report(LintKind kind, const std::vector<std::uint32_t>& documents, const SetFacts& facts,
            const std::string& sentence, LintFindings& findings) {
    if (!documents.empty())
        findings.push_back(findingAbout(kind, LintSeverity::Information, documents, facts, sentence));
}

} // namespace

void checkOtherTools(const LintInput& input, const SetFacts& facts, LintFindings& findings) {
    report(
        LintKind::AutoAwqDrops,
        documentsThat(facts, [](const DocumentFacts& d) { return !d.refused && d.tokens > kAutoAwqMost; }), facts,
        fmt::format("have more than {} tokens: AutoAWQ and llm-awq would leave them out without a word, Vernier uses "
                    "them",
                    kAutoAwqMost),
        findings);
    const auto window = static_cast<std::uint64_t>(input.set.recipe.sequenceLength);
    report(LintKind::AutoRoundDrops,
           documentsThat(facts, [&](const DocumentFacts& d) { return !d.refused && d.tokens < window; }), facts,
           fmt::format("are shorter than a window of {} tokens: AutoRound would leave them out without a word", window),
           findings);
    report(LintKind::GptqModelDrops,
           documentsThat(facts, [](const DocumentFacts& d) { return !d.refused && d.tokens < kGptqModelLeast; }), facts,
           fmt::format("have fewer than {} tokens: GPTQModel would leave them out without a word", kGptqModelLeast),
           findings);
}

} // namespace vernier
