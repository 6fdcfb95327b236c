#include "core/quantize/solve_block.h"

#include "core/model/fold_target.h"
#include "core/quantize/output_error.h"
#include "core/quantize/solve_group.h"

#include <algorithm>

namespace vernier {

namespace {

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

BlockSolver::BlockSolver(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                         const std::function<void(const LinearReport&)>& onLinear, JobContext& job)
    : m_model(model), m_settings(settings), m_onLinear(onLinear), m_job(job),
      m_groups(model.spec.inputGroups(statistics.block)), m_scalings(m_groups.size()), m_outputScales(m_groups.size()) {
    m_block.block = statistics.block;
    for (std::size_t g = 0; g < m_groups.size(); ++g)
        m_outputScales[g].resize(m_groups[g].linears.size());
    if (usesAwq(settings.method) || usesSmoothQuant(settings.method))
        findScales(statistics);
    if (settings.activations.isStatic())
        for (std::size_t g = 0; g < m_groups.size(); ++g) {
            const auto& scales = m_scalings[g].scales;
            const ClippingRange range =
                staticRange(tapName(model.spec, m_block.block, g), statistics.taps[g], settings.activations,
                            std::vector<float>(scales.begin(), scales.end()));
            m_block.inputRanges.push_back({range.low, range.high});
        }
}

void BlockSolver::findScales(const BlockStatistics& statistics) {
    const Model& model = m_model;
    const QuantizeSettings& settings = m_settings;
    const int block = m_block.block;
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        std::vector<Matrix> weights;
        for (const LinearSpec& linear : m_groups[g].linears)
            weights.push_back(model.linear(block, linear, m_job));
        QuantizeSettings ofGroup = settings;
        ofGroup.scheme = settingsFor(settings, model.spec.linearName(block, m_groups[g].linears.front().name)).scheme;
        m_scalings[g] =
            findInputScaling(model, block, g, weights, statistics.taps[g], statistics.grams[g], ofGroup, m_job);
        const auto target = foldTarget(model.spec, block, g);
        if (m_scalings[g].scales.empty() || !settings.foldableOnly || target->kind != FoldTarget::Kind::Linear)
            continue;
        auto& divisors = m_outputScales[g - 1].back();
        divisors.assign(static_cast<std::size_t>(m_groups[g - 1].linears.back().out), 1.0);
        std::ranges::copy(m_scalings[g].scales, divisors.begin() + target->firstRow);
    }
}

void BlockSolver::solve(std::size_t group, const Gram& gram, const Matrix* drift) {
    GroupProblem problem;
    problem.gram = &gram;
    problem.drift = drift;
    problem.scaling = m_scalings[group];
    problem.outputScales = m_outputScales[group];
    std::vector<std::string> names;
    for (const LinearSpec& linear : m_groups[group].linears) {
        names.push_back(m_model.spec.linearName(m_block.block, linear.name));
        problem.settings.push_back(settingsFor(m_settings, names.back()));
        problem.weights.push_back(m_model.linear(m_block.block, linear, m_job));
    }
    std::vector<SolvedLinear> solved = solveGroup(problem, m_settings, m_job);
    for (std::size_t i = 0; i < solved.size(); ++i) {
        m_job.throwIfCancelled();
        LinearReport report = reportOf(names[i], problem.weights[i], solved[i], problem.scaling, gram, m_job);
        if (solved[i].linear)
            m_block.linears.emplace(names[i], std::move(*solved[i].linear));
        if (m_onLinear)
            m_onLinear(report);
        m_block.reports.push_back(std::move(report));
        m_job.advance();
    }
}

QuantizedBlock solveBlock(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                          const std::function<void(const LinearReport&)>& onLinear, JobContext& job) {
    BlockSolver solver(model, statistics, settings, onLinear, job);
    for (std::size_t g = 0; g < statistics.grams.size(); ++g)
        solver.solve(g, statistics.grams[g]);
    return solver.take();
}

} // namespace vernier
