#include "core/quantize/solve_block.h"

#include "core/model/fold_target.h"
#include "core/quantize/output_error.h"
#include "core/quantize/solve_group.h"

namespace vernier {

namespace {

// The problems of all groups of a block, their scalings found and passed on to the linears in front.
std::vector<GroupProblem> problemsOf(const Model& model, const BlockStatistics& statistics,
                                     const QuantizeSettings& settings, JobContext& job) {
    const int block = statistics.block;
    const auto groups = model.spec.inputGroups(block);
    std::vector<GroupProblem> problems(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        GroupProblem& problem = problems[g];
        problem.gram = &statistics.grams[g];
        for (const LinearSpec& linear : groups[g].linears)
            problem.settings.push_back(settingsFor(settings, model.spec.linearName(block, linear.name)));
        problem.outputScales.resize(groups[g].linears.size());
    }
    if (!usesAwq(settings.method) && !usesSmoothQuant(settings.method))
        return problems;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        std::vector<Matrix> weights;
        for (const LinearSpec& linear : groups[g].linears)
            weights.push_back(model.linear(block, linear, job));
        QuantizeSettings ofGroup = settings;
        ofGroup.scheme = problems[g].settings.front().scheme;
        problems[g].scaling =
            findInputScaling(model, block, g, weights, statistics.taps[g], statistics.grams[g], ofGroup, job);
        const auto target = foldTarget(model.spec, block, g);
        if (problems[g].scaling.scales.empty() || !settings.foldableOnly || target->kind != FoldTarget::Kind::Linear)
            continue;
        const LinearSpec& before = groups[g - 1].linears.back();
        auto& divisors = problems[g - 1].outputScales.back();
        divisors.assign(static_cast<std::size_t>(before.out), 1.0);
        std::ranges::copy(problems[g].scaling.scales, divisors.begin() + target->firstRow);
    }
    return problems;
}

LinearReport reportOf(const std::string& name, const Matrix& weight, const SolvedLinear& solved,
                      const InputScaling& scaling, const Gram& gram, const JobContext& job) {
    LinearReport report;
    report.name = name;
    report.how = solved.how;
    report.parameters = weight.rows() * weight.cols();
    report.exponent = scaling.exponent;
    report.dampHistory = solved.dampHistory;
    report.dampPercent = solved.dampHistory.empty() ? 0.0 : solved.dampHistory.back();
    report.deadColumns = solved.deadColumns;
    if (!solved.linear) { // stays in 16 bits
        report.storedBytes = 2 * static_cast<std::uint64_t>(report.parameters);
        report.sqnrDb = OutputError{0, 1}.sqnrDb();
        return report;
    }
    const OutputError error = outputError(weight.view(), solved.linear->dequantize().view(), gram, job);
    report.relativeError = error.relative();
    report.sqnrDb = error.sqnrDb();
    report.storedBytes = solved.linear->storedBytes();
    return report;
}

} // namespace

QuantizedBlock solveBlock(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                          const std::function<void(const LinearReport&)>& onLinear, JobContext& job) {
    QuantizedBlock block;
    block.block = statistics.block;
    const auto groups = model.spec.inputGroups(block.block);
    std::vector<GroupProblem> problems = problemsOf(model, statistics, settings, job);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        GroupProblem& problem = problems[g];
        for (const LinearSpec& linear : groups[g].linears)
            problem.weights.push_back(model.linear(block.block, linear, job));
        std::vector<SolvedLinear> solved = solveGroup(problem, settings, job);
        for (std::size_t i = 0; i < solved.size(); ++i) {
            job.throwIfCancelled();
            const std::string name = model.spec.linearName(block.block, groups[g].linears[i].name);
            LinearReport report = reportOf(name, problem.weights[i], solved[i], problem.scaling, *problem.gram);
            if (solved[i].linear)
                block.linears.emplace(name, std::move(*solved[i].linear));
            if (onLinear)
                onLinear(report);
            block.reports.push_back(std::move(report));
            job.advance();
        }
        problem.weights.clear(); // one group's weights at a time
    }
    return block;
}

} // namespace vernier
