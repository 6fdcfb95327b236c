#include "core/workbench/calibration_plan.h"

#include "core/base/clock.h"
#include "core/calibrate/block_statistics.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <vector>

namespace vernier {

namespace {

// A sample of this many operations takes a second or three, and no more tokens than a block has in flight.
constexpr double kSampleOperations = 2e11;
constexpr Index kSampleTokens = 2048;
// Deflating floats at level 1 on a few threads, and writing hidden states through the system's cache; on any machine of
// these years both are small beside the products unless the model is tiny.
constexpr double kArtefactBytesPerSecond = 120e6, kHiddenBytesPerSecond = 500e6;
// What deflate leaves of shuffled floats whose exponents repeat.
constexpr double kDeflated = 0.9;
constexpr double kBytesPerBin = 2, kBins = 4096, kBytesPerChannel = 56;

/// The share of the tokens that an input group sees.
double reached(const ArchitectureSpec& spec, const InputGroup& group) {
    return group.expert < 0 ? 1.0 : static_cast<double>(spec.mixture.perToken) / spec.mixture.experts;
}

struct Sample {
    double loading = 0;      ///< seconds to load and pack the block
    double perOperation = 0; ///< seconds
};

/// Runs the block on the beginning of the windows, cut shorter where a whole window would take too long.
Sample runSample(const Model& model, int index, const CalibrationRecord& record, const TokenWindows& windows,
                 const JobContext& job) {
    const double perToken = operationsPerToken(model.spec, index, windows.sequenceLength);
    const auto affordable = static_cast<Index>(kSampleOperations / perToken);
    const Index tokens = std::clamp<Index>(affordable, 64, std::min<Index>(kSampleTokens, std::ssize(windows.ids)));
    TokenWindows some;
    some.sequenceLength = static_cast<int>(std::min<Index>(windows.sequenceLength, tokens));
    const auto used = static_cast<std::ptrdiff_t>(tokens / some.sequenceLength * some.sequenceLength);
    some.ids.assign(windows.ids.begin(), windows.ids.begin() + used);
    some.documents.assign(windows.documents.begin(), windows.documents.begin() + used);
    Matrix hidden(used, model.spec.hiddenSize);
    model.embed(some.ids, some.sequenceLength, hidden.view());
    Sample sample;
    Stopwatch loading;
    const Block block(model, index, {}, record.precision, job);
    sample.loading = loading.seconds();
    // Once to set up products and touch memory, once to be timed.
    for (int round = 0; round < 2; ++round) {
        BlockStatistics statistics(model.spec, index, record.observers);
        const Stopwatch watch;
        observeBlock(model.spec, block, hidden.view(), 0, some, statistics, job);
        sample.perOperation =
            watch.seconds() / (static_cast<double>(used) * operationsPerToken(model.spec, index, some.sequenceLength));
    }
    return sample;
}

} // namespace

double forwardOperationsPerToken(const ArchitectureSpec& spec, int block, Index sequenceLength) {
    double operations = 2.0 * static_cast<double>(sequenceLength) * static_cast<double>(spec.heads * spec.headSize);
    for (const InputGroup& group : spec.inputGroups(block))
        operations += reached(spec, group) * 2.0 * static_cast<double>(group.in()) * static_cast<double>(group.out());
    return operations;
}

double operationsPerToken(const ArchitectureSpec& spec, int block, Index sequenceLength) {
    double operations = forwardOperationsPerToken(spec, block, sequenceLength);
    for (const InputGroup& group : spec.inputGroups(block))
        operations += reached(spec, group) * static_cast<double>(group.in()) * static_cast<double>(group.in());
    return operations;
}

std::uint64_t artefactBytes(const ArchitectureSpec& spec, int block) {
    double bytes = 0;
    for (const InputGroup& group : spec.inputGroups(block)) {
        const auto in = static_cast<double>(group.in());
        bytes += kDeflated * in * (in + 1) / 2 * sizeof(float);
    }
    for (const TapSpec& tap : spec.taps(block))
        bytes += kDeflated * static_cast<double>(tap.channels) * kBytesPerChannel + kBins * kBytesPerBin;
    return static_cast<std::uint64_t>(bytes);
}

CalibrationPlan planCalibration(const Workbench& bench, const Workbench::OpenModel& model,
                                const CalibrationRecord& record, const TokenWindows& windows, JobContext& job) {
    const ArchitectureSpec& spec = model.model.spec;
    requirePositions(model.model, windows);
    CalibrationPlan plan;
    plan.modelFolder = record.modelFolder;
    plan.setName = record.setName;
    plan.windows = windows.count();
    plan.sequenceLength = windows.sequenceLength;
    plan.blocks = spec.blocks;
    plan.memoryLimit = bench.memoryAllowed();
    const Index tokens = std::ssize(windows.ids);
    plan.memory = planPassMemory(spec, demandOf(record, windows), plan.memoryLimit);
    plan.logitsMissing = !record.logitsKey.empty() && !bench.cache.has(record.logitsKey);
    std::vector<bool> cached;
    for (const std::string& key : record.blockKeys)
        cached.push_back(bench.cache.has(key));
    plan.blocksCached = static_cast<int>(std::ranges::count(cached, true));
    if (plan.complete())
        return plan;
    const auto firstMissing = static_cast<int>(std::ranges::find(cached, false) - cached.begin());
    int run = 0; // blocks that run: the missing ones, and for their sake those before them
    for (int block = 0; block < spec.blocks; ++block)
        if (plan.logitsMissing || std::ranges::find(cached.begin() + block, cached.end(), false) != cached.end()) {
            const bool isObserved = !cached[static_cast<std::size_t>(block)];
            plan.artefactBytes += isObserved ? artefactBytes(spec, block) : 0;
            plan.operations += static_cast<double>(tokens) *
                               (isObserved ? operationsPerToken(spec, block, windows.sequenceLength)
                                           : forwardOperationsPerToken(spec, block, windows.sequenceLength));
            ++run;
        }
    if (plan.logitsMissing)
        plan.operations +=
            2.0 * static_cast<double>(tokens * spec.vocabularySize) * static_cast<double>(spec.hiddenSize);
    // Two generations of hidden states: what a block reads, and what it writes to become the checkpoint. In memory
    // there is no first one.
    const std::uint64_t generation = sizeof(float) * static_cast<std::uint64_t>(tokens * spec.hiddenSize);
    plan.hiddenBytes = 2 * generation + plan.memory.gramFiles;
    job.beginStage("plan", 0);
    const Sample sample = runSample(model.model, firstMissing < spec.blocks ? firstMissing : 0, record, windows, job);
    plan.seconds = plan.operations * sample.perOperation +
                   run * (sample.loading + static_cast<double>(generation) / kHiddenBytesPerSecond) +
                   static_cast<double>(plan.artefactBytes) / kArtefactBytesPerSecond;
    return plan;
}

CalibrationPlan planCalibration(Workbench& bench, const Project& project, const CalibrateRequest& request,
                                JobContext& job) {
    const auto model = bench.open(request.modelFolder, job);
    const CalibrationSet& set = chooseSet(project, request.setName);
    const TokenWindows windows = packSet(project, set, *model, request.recipe, job);
    return planCalibration(bench, *model, describeCalibration(*model, request, set.name, windows, job), windows, job);
}

} // namespace vernier
