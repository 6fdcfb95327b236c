#include "core/workbench/report/report.h"

#include "core/base/error.h"
#include "core/workbench/report/verdict.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

constexpr std::size_t kMostDiagnosed = 4;  // runs
constexpr std::size_t kMostPaired = 40;    // runs whose losses are laid beside the baseline's
constexpr std::size_t kMostSuffering = 15; // tokens
constexpr std::size_t kTokensBefore = 12;
constexpr int kDiagnoseWindows = 32; // what the Diagnose workspace measures on at first

/// The texts that errors may have been measured on: those of the evaluation, of `vernier diagnose` and of the
/// workspace.
std::vector<EvaluationWindows> likelyTexts(const Project& project, const ScoredAlike* group,
                                           const Workbench::OpenModel& model, JobContext& job) {
    std::vector<EvaluationData> wanted;
    if (group && project.findSet(group->text.data)) {
        EvaluationData& data = wanted.emplace_back();
        data.setName = group->text.data;
        data.sequenceLength = group->text.sequenceLength;
        data.maxWindows = static_cast<int>(group->text.windows);
    }
    if (project.findSet("evaluation")) {
        wanted.emplace_back();
        wanted.emplace_back().maxWindows = kDiagnoseWindows;
    }
    std::vector<EvaluationWindows> texts;
    std::set<std::string> known;
    for (const EvaluationData& data : wanted)
        try {
            EvaluationWindows text = packEvaluation(project, data, model, job);
            if (known.insert(text.windows.hash()).second)
                texts.push_back(std::move(text));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input) // too little text for one window: nothing was measured on it
                throw;
        }
    return texts;
}

std::vector<SufferingToken> sufferingTokens(const EvaluationWindows& text, const TokenLosses& losses,
                                            const Tokenizer& tokenizer) {
    const TokenComparison comparison{text.windows, {}, losses, text.name};
    const auto length = static_cast<std::size_t>(text.windows.sequenceLength);
    std::vector<SufferingToken> tokens;
    for (const std::size_t token : worstTokens(comparison, kMostSuffering)) {
        const auto at = text.windows.ids.begin() + static_cast<std::ptrdiff_t>(token);
        const auto before = static_cast<std::ptrdiff_t>(std::min(kTokensBefore, token % length));
        tokens.push_back({tokenizer.decode({at - before, at + 1}), tokenizer.decode({at[1]}),
                          static_cast<std::int64_t>(token / length), static_cast<std::int64_t>(token % length) + 1,
                          double{losses.referenceNll[token]}, double{losses.nll[token]}});
    }
    return tokens;
}

/// What the cache knows of a run, from the first text that has it.
ReportedDiagnosis diagnosisOf(Workbench& bench, const Workbench::OpenModel& model,
                              const std::vector<EvaluationWindows>& texts, const Run& run) {
    ReportedDiagnosis diagnosis;
    diagnosis.run = run.name;
    for (const EvaluationWindows& text : texts) {
        KnownErrors known = knownErrors(bench, model, text, run);
        if (known.growth.empty() && known.sensitivities.empty() && !known.losses)
            continue;
        diagnosis.text = text.name;
        diagnosis.windows = text.windows.count();
        diagnosis.growth = std::move(known.growth);
        diagnosis.sensitivities = std::move(known.sensitivities);
        if (known.losses)
            diagnosis.worst = sufferingTokens(text, *known.losses, model.tokenizer);
        break;
    }
    return diagnosis;
}

/// Compares runs with the baseline where the cache has the losses of both.
void comparePaired(Report& report, Workbench& bench, const Workbench::OpenModel& model,
                   const std::vector<EvaluationWindows>& texts, const std::vector<std::size_t>& runs, JobContext& job) {
    const auto baseline = baselineOf(report);
    if (!baseline)
        return;
    for (const EvaluationWindows& text : texts) {
        const auto base = knownErrors(bench, model, text, report.runs[*baseline]).losses;
        if (!base || text.windows.count() < 2)
            continue;
        for (const std::size_t run : runs) {
            job.throwIfCancelled();
            if (run == *baseline || report.paired.contains(report.runs[run].name))
                continue;
            if (const auto losses = knownErrors(bench, model, text, report.runs[run]).losses)
                report.paired[report.runs[run].name] = pairedBootstrap(text.windows, losses->nll, base->nll);
        }
    }
}

/// The runs that are worth a diagnosis: the closest ones, with the baseline among them.
std::vector<std::size_t> runsToDiagnose(const Report& report, const std::vector<ScoredAlike>& groups) {
    std::vector<std::size_t> runs;
    if (groups.empty())
        for (std::size_t run = 0; run < report.runs.size(); ++run)
            runs.push_back(run);
    else {
        runs = groups.front().runs;
        std::ranges::stable_sort(runs, {},
                                 [&](std::size_t run) { return distanceOf(report.rows[run], groups.front()); });
        const auto isFirst = [&, best = runs.front(), baseline = baselineOf(report)](std::size_t run) {
            return run == best || run == baseline;
        };
        std::ranges::stable_partition(runs, isFirst);
    }
    return runs;
}

void lookUpErrors(Report& report, Workbench& bench, const Project& project, const Workbench::OpenModel& model,
                  JobContext& job) {
    const auto groups = scoredAlike(report);
    const auto texts = likelyTexts(project, groups.empty() ? nullptr : &groups.front(), model, job);
    if (texts.empty())
        return;
    std::vector<std::size_t> runs = runsToDiagnose(report, groups);
    std::erase_if(runs,
                  [&](std::size_t run) { return report.runs[run].calibration.modelFingerprint != model.fingerprint; });
    job.beginStage("look up errors", runs.size());
    for (const std::size_t run : runs) {
        job.throwIfCancelled();
        if (report.diagnoses.size() < kMostDiagnosed) {
            ReportedDiagnosis diagnosis = diagnosisOf(bench, model, texts, report.runs[run]);
            if (!diagnosis.text.empty())
                report.diagnoses.push_back(std::move(diagnosis));
        }
        job.advance();
    }
    runs.resize(std::min(runs.size(), kMostPaired));
    comparePaired(report, bench, model, texts, runs, job);
}

} // namespace

Report collectRuns(const Project& project, const ReportRequest& request) {
    if (project.runs.empty())
        throw Error(ErrorKind::Input, "report", "the project has no run", "make one with vernier quantize");
    Report report;
    report.title = request.title;
    report.baseline = request.baseline.value_or(project.baselineRun);
    std::set<std::string> wanted(request.runs.begin(), request.runs.end());
    if (!report.baseline.empty()) {
        requireRun(project, report.baseline);
        if (!request.runs.empty())
            wanted.insert(report.baseline); // differences from a run that is not shown say little
    }
    for (const std::string& name : request.runs)
        requireRun(project, name);
    for (const Run& run : project.runs)
        if (wanted.empty() || wanted.contains(run.name))
            report.runs.push_back(run);
    for (const ComparisonRow& row : compareRuns(project))
        if (wanted.empty() || wanted.contains(row.run))
            report.rows.push_back(row);
    report.environment = describeEnvironment();
    return report;
}

Report collectReport(Workbench& bench, const Project& project, const ReportRequest& request, JobContext& job) {
    Report report = collectRuns(project, request);
    std::shared_ptr<const Workbench::OpenModel> model;
    try {
        model = openModelOf(bench, report.runs.front(), job);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled)
            throw;
        report.notes.push_back(fmt::format(
            "The model could not be opened, so tokens, errors along the blocks and single tokens are left out ({}).",
            error.what()));
    }
    report.sets = describeSets(project, report.runs, model.get(), job);
    if (model)
        lookUpErrors(report, bench, project, *model, job);
    return report;
}

} // namespace vernier
