#include "core/workbench/report_card.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

/// The health of every Gram of a block; Grams are examined side by side.
std::vector<TapHealth> healthOf(const ArchitectureSpec& spec, const BlockStatistics& statistics,
                                const GramHealthOptions& options, const JobContext& job) {
    std::vector<TapHealth> taps(statistics.grams.size());
    parallelFor(std::ssize(taps), [&](Index i) {
        const auto g = static_cast<std::size_t>(i);
        taps[g] = {tapName(spec, statistics.block, g), statistics.block, gramHealth(statistics.grams[g], options, job)};
    });
    return taps;
}

/// Counts the tokens of windows that are no padding, and the documents they are of.
void count(const TokenWindows& windows, ReportCard& card) {
    std::set<std::uint32_t> documents;
    for (std::size_t token = 0; token < windows.ids.size(); ++token) {
        if (windows.isPadding(static_cast<std::int64_t>(token)))
            continue;
        ++card.tokens;
        documents.insert(windows.documents[token]);
    }
    card.documents = documents.size();
}

/// Runs the windows through all blocks and fills in what their Grams and ranges say.
void observe(const Workbench& bench, const Model& model, const TokenWindows& windows, const ReportCardRequest& request,
             const DocumentName& documentName, ReportCard& card, JobContext& job) {
    requirePositions(model, windows);
    job.beginStage("report card", static_cast<std::uint64_t>(model.spec.blocks));
    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength,
                        // Grams as they are, and as they were half as many windows before.
                        bench.hiddenPlace(model.spec, PassDemand(windows, 2), {}));
    embedWindows(model, windows, hidden, job);
    std::vector<TapConvergence> convergence;
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        BlockStatistics statistics(model.spec, index);
        std::ranges::move(
            observeConvergence(model.spec, Block(model, index), windows, hidden, statistics, job, documentName),
            std::back_inserter(convergence));
        for (TapHealth& tap : healthOf(model.spec, statistics, request.health, job)) {
            if (!tap.gram.seen())
                card.neverRouted.push_back(tap.tap);
            card.taps.push_back(std::move(tap));
        }
        job.advance();
    }
    card.convergence = summarise(windows.count(), std::move(convergence));
    card.verdict = judge(card.convergence, request.enoughBelow);
}

} // namespace

void ReportCardRequest::validate() const {
    if (!(enoughBelow > 0 && enoughBelow < 1))
        throw Error(ErrorKind::Input, "threshold", fmt::format("{} is not between 0 and 1", enoughBelow),
                    "0.05 is five percent");
    health.validate();
    matrixSettings.validate();
}

ReportCard reportCard(Workbench& bench, const Project& project, const ReportCardRequest& request, JobContext& job) {
    request.validate();
    const auto model = bench.open(request.modelFolder, job);
    const CalibrationSet& set = chooseSet(project, request.setName);
    const TokenWindows windows = packSet(project, set, *model, request.recipe, job);
    ReportCard card;
    card.setName = set.name;
    card.modelFolder = model->model.folder;
    card.windows = windows.count();
    card.sequenceLength = windows.sequenceLength;
    count(windows, card);
    card.documentsAll = set.documents.size();
    card.mix = mixOf(project, set, windows, *model, job);
    observe(bench, model->model, windows, request, documentNames(project, set.name), card, job);
    if (request.matrix)
        card.matrix =
            crossMatrix(bench, project, set, *model,
                        {.by = *request.matrix, .recipe = request.recipe, .settings = request.matrixSettings}, job);
    return card;
}

} // namespace vernier
