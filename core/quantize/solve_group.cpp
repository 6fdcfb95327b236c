#include "core/quantize/solve_group.h"

#include "core/quantize/awq_clip.h"
#include "core/quantize/mean_squares.h"
#include "core/quantize/rtn.h"
#include "core/quantize/scaled_row.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

namespace {

// D[i, j] / (s[i] s[j]): what the drift is of inputs divided by the scales.
Matrix scaledDrift(const Matrix& drift, const std::vector<double>& scales) {
    Matrix scaled(drift.rows(), drift.cols());
    parallelFor(drift.rows(), [&](Index i) {
        for (Index j = 0; j < drift.cols(); ++j)
            scaled(i, j) = static_cast<float>(static_cast<double>(drift(i, j)) / (scales[static_cast<std::size_t>(i)] *
                                                                                  scales[static_cast<std::size_t>(j)]));
    });
    return scaled;
}

// The linears of one group solved one after the other; what they share is found when the first asks for it.
class GroupSolver {
public:
    GroupSolver(const GroupProblem& problem, const QuantizeSettings& settings, JobContext& job)
        : m_problem(problem), m_settings(settings), m_job(job), m_importance(meanSquares(*problem.gram)) {
        for (std::size_t i = 0; i < problem.scaling.scales.size(); ++i)
            m_importance[i] /= problem.scaling.scales[i] * problem.scaling.scales[i];
    }

    SolvedLinear solve(std::size_t i) {
        const LinearSettings& linear = m_problem.settings[i];
        if (linear.skip)
            return {std::nullopt, "kept", {}, 0};
        const bool reached = m_problem.gram->tokens() > 0;
        if (reached && usesGptq(linear.method))
            return gptq(i);
        return {rounded(i), reached ? "rtn" : "rtn: no token reached it", {}, 0};
    }

private:
    RtnOptions roundingOf(std::size_t i) const {
        RtnOptions options;
        options.scheme = m_problem.settings[i].scheme;
        options.ranges = m_settings.ranges;
        options.inputScales = m_problem.scaling.scales;
        options.outputScales = m_problem.outputScales[i];
        options.importance = m_importance;
        return options;
    }

    QuantizedLinear rounded(std::size_t i) const {
        RtnOptions options = roundingOf(i);
        Matrix limits;
        if (m_problem.settings[i].clips && m_problem.gram->tokens() > 0) {
            limits = findAwqClip(m_problem.weights[i].view(), *m_problem.gram, options, {}, m_job);
            options.clip = limits.view();
        }
        return quantizeRtn(m_problem.weights[i].view(), options);
    }

    // A factorisation depends on the group size when the order does.
    const GptqFactor& factorFor(const GptqOptions& options) {
        const int groupSize = options.order == ColumnOrder::GroupAware ? options.scheme.groupSize : 0;
        for (const auto& [size, factor] : m_factors)
            if (size == groupSize)
                return factor;
        const auto& scales = m_problem.scaling.scales;
        const Matrix* drift = m_problem.drift;
        Matrix driftOfScaled;
        if (drift && !scales.empty()) {
            driftOfScaled = scaledDrift(*drift, scales);
            drift = &driftOfScaled;
        }
        GptqFactor factor = scales.empty() ? factoriseGram(*m_problem.gram, options, m_job, drift)
                                           : factoriseGram(scaledGram(*m_problem.gram, scales), options, m_job, drift);
        return m_factors.emplace_back(groupSize, std::move(factor)).second;
    }

    SolvedLinear gptq(std::size_t i) {
        const GptqOptions options = gptqOptions(m_settings, m_problem.settings[i]);
        const GptqFactor& factor = factorFor(options);
        const RtnOptions scaling = roundingOf(i);
        const Matrix& weight = m_problem.weights[i];
        GptqResult result;
        if (scaling.inputScales.empty() && scaling.outputScales.empty()) {
            result = quantizeGptq(weight.view(), factor, options, m_job);
        } else {
            Matrix scaled(weight.rows(), weight.cols());
            scaleWeight(weight.view(), scaling, scaled.view());
            result = quantizeGptq(scaled.view(), factor, options, m_job);
            result.linear.inputScales.assign(scaling.inputScales.begin(), scaling.inputScales.end());
            result.linear.outputScales.assign(scaling.outputScales.begin(), scaling.outputScales.end());
        }
        return {std::move(result.linear), "gptq", std::move(result.dampHistory), result.deadColumns};
    }

    const GroupProblem& m_problem;
    const QuantizeSettings& m_settings;
    JobContext& m_job;
    std::vector<double> m_importance; // mean square of the inputs as the scaled weight sees them
    std::vector<std::pair<int, GptqFactor>> m_factors;
};

} // namespace

std::vector<SolvedLinear> solveGroup(const GroupProblem& problem, const QuantizeSettings& settings, JobContext& job) {
    GroupSolver solver(problem, settings, job);
    std::vector<SolvedLinear> solved;
    for (std::size_t i = 0; i < problem.weights.size(); ++i) {
        job.throwIfCancelled();
        solved.push_back(solver.solve(i));
    }
    return solved;
}

} // namespace vernier
