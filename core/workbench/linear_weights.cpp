#include "core/workbench/linear_weights.h"

#include "core/base/error.h"
#include "core/quantize/quantize_settings.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace {

/// Takes the codes of a linear out of its block.
void takeCodes(LinearWeights& weights, QuantizedBlock& block, const std::string& linear) {
    const auto found = block.linears.find(linear);
    if (found == block.linears.end())
        return; // kept
    weights.codes = std::move(found->second);
    weights.dequantized = weights.codes->dequantize();
}

WeightReport reportOf(const LinearWeights& weights, const Run& run, const std::string& name, int block,
                      const JobContext& job) {
    WeightReport report;
    report.name = name;
    report.block = block;
    report.numbers = weightNumbers(weights, job);
    if (weights.codes) {
        report.isQuantized = true;
        report.scheme = weights.codes->scheme;
        report.hasGroupIndex = !weights.codes->groupIndex.empty();
        if (const auto known = std::ranges::find(run.reports, name, &LinearReport::name); known != run.reports.end())
            report.outputError = known->relativeError;
    }
    return report;
}

} // namespace

LinearWeights originalWeights(const Workbench::OpenModel& model, const std::string& linear, JobContext& job) {
    const ArchitectureSpec& spec = model.model.spec;
    if (const int block = spec.blockOf(linear); block >= 0)
        for (const InputGroup& group : spec.inputGroups(block))
            for (const LinearSpec& candidate : group.linears)
                if (spec.linearName(block, candidate.name) == linear)
                    return {model.model.linear(block, candidate, job), {}, {}};
    throw Error(ErrorKind::Input, model.model.folder.string(), fmt::format("has no linear {}", linear),
                fmt::format("name one as in {}", spec.linearName(0, spec.inputGroups(0).front().linears.front().name)));
}

Histogram weightHistogram(const Workbench::OpenModel& model, const std::vector<std::string>& linears, JobContext& job) {
    Histogram all;
    for (const std::string& linear : linears) {
        job.throwIfCancelled();
        Histogram own;
        own.observe(originalWeights(model, linear, job).original.view());
        all.merge(own);
    }
    return all;
}

LinearWeights runWeights(Workbench& bench, const Run& run, const std::string& linear, JobContext& job) {
    const auto model = openModelOf(bench, run, job);
    LinearWeights weights = originalWeights(*model, linear, job);
    job.throwIfCancelled();
    QuantizedBlock block = runBlock(bench, run, model->model.spec.blockOf(linear));
    job.throwIfCancelled();
    takeCodes(weights, block, linear);
    return weights;
}

void reportWeights(Workbench& bench, const Project& project, const Run& run, const std::string& pattern,
                   JobContext& job, const std::function<void(const WeightReport&)>& onLinear) {
    const auto model = openModelOf(bench, run, job);
    const ArchitectureSpec& spec = model->model.spec;
    std::vector<std::vector<std::string>> wanted(static_cast<std::size_t>(spec.blocks));
    std::uint64_t count = 0;
    for (int block = 0; block < spec.blocks; ++block)
        for (const InputGroup& group : spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                if (const std::string name = spec.linearName(block, linear.name); matchesPattern(pattern, name)) {
                    wanted[static_cast<std::size_t>(block)].push_back(name);
                    ++count;
                }
    if (count == 0)
        throw Error(
            ErrorKind::Input, "linear", fmt::format("none fits {}", pattern),
            fmt::format("name them as in {}", spec.linearName(0, spec.inputGroups(0).front().linears.front().name)));
    recoverCodes(bench, project, run, job);
    job.beginStage("Weights", count);
    for (int block = 0; block < spec.blocks; ++block) {
        const auto& names = wanted[static_cast<std::size_t>(block)];
        if (names.empty())
            continue;
        QuantizedBlock codes = runBlock(bench, run, block);
        for (const std::string& name : names) {
            LinearWeights weights = originalWeights(*model, name, job);
            takeCodes(weights, codes, name);
            onLinear(reportOf(weights, run, name, block, job));
            job.advance();
        }
    }
}

} // namespace vernier
