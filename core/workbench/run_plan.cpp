#include "core/workbench/run_plan.h"

#include "core/base/clock.h"
#include "core/tensor/packed_weight.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/evaluation_windows.h"
#include "core/workbench/pack_set.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_queue.h"

#include <algorithm>
#include <deque>
#include <map>

#include <fmt/format.h>

namespace vernier {

namespace {

// Of the time that products alone would take: rounding, copies and small matrices come on top. As measured with
// matrices of 4096 columns; tiny models take longer, which earlier runs of a project tell.
constexpr double kShareOfPeak = 0.5;
constexpr Index kProductSize = 1024;

double square(Index n) {
    return static_cast<double>(n) * static_cast<double>(n);
}

/// Seconds per floating-point operation of a large product on this machine.
double measuredPerOperation() {
    Matrix weight(kProductSize, kProductSize), x(kProductSize, kProductSize), y(kProductSize, kProductSize);
    const PackedWeight packed(weight.view());
    packed.multiply(x.view(), y.view());
    const Stopwatch watch;
    packed.multiply(x.view(), y.view());
    return watch.seconds() / (2.0 * square(kProductSize) * kProductSize);
}

/// The operations that one linear's codes take: scales, codes and the error of what came out.
double linearOperations(const QuantizeSettings& settings, const LinearSettings& own, const LinearSpec& linear) {
    const double product = 2.0 * square(linear.in) * static_cast<double>(linear.out); // tr(D H Dᵀ)
    double operations = product;
    if (usesAwq(settings.method))
        operations += product * settings.gridPoints * (settings.duoScaling == DuoScaling::Both ? 2 : 1);
    if (usesGptq(own.method))
        operations += product / 2;
    return operations;
}

/// The newest run of the same method on as many tokens that was computed here; null for none.
const Run* comparableRun(const Project& project, const CalibrationRecord& record, const QuantizeSettings& settings) {
    for (auto run = project.runs.rbegin(); run != project.runs.rend(); ++run)
        if (run->seconds > 0 && run->settings.method == settings.method && run->settings.grams == settings.grams &&
            run->calibration.modelFingerprint == record.modelFingerprint &&
            run->calibration.windows == record.windows &&
            run->calibration.recipe.sequenceLength == record.recipe.sequenceLength)
            return &*run;
    return nullptr;
}

const Run* runWith(const Project& project, const std::vector<std::string>& blockKeys) {
    const auto found = std::ranges::find(project.runs, blockKeys, &Run::blockKeys);
    return found == project.runs.end() ? nullptr : &*found;
}

double evaluateOperations(const ArchitectureSpec& spec, const TokenWindows& windows) {
    double perToken = 2.0 * static_cast<double>(spec.vocabularySize) * static_cast<double>(spec.hiddenSize);
    for (int block = 0; block < spec.blocks; ++block)
        perToken += forwardOperationsPerToken(spec, block, windows.sequenceLength);
    // Of the run, and of full precision beside it.
    return 2 * perToken * static_cast<double>(windows.ids.size());
}

/// Plans orders, of which many have the calibration and the text to score on in common.
class Planner {
public:
    Planner(Workbench& bench, const Project& project, JobContext& job)
        : m_bench(bench), m_project(project), m_job(job) {}

    RunPlan plan(const RunOrder& order) {
        const auto model = m_bench.open(order.modelFolder, m_job);
        const ArchitectureSpec& spec = model->model.spec;
        const QuantizeSettings settings = settingsForProject(order.settings, m_project);
        const Calibration& calibration = calibrationOf(order, *model);
        RunPlan plan;
        plan.size = plannedSize(spec, settings);
        plan.calibration = calibration.plan;
        const Run described = describeRun(*model, calibration.record, settings, m_job);
        plan.otherBytes = described.otherBytes;
        if (const Run* known = runWith(m_project, described.blockKeys))
            plan.knownRun = known->name;
        plan.codesCached =
            std::ranges::all_of(described.blockKeys, [&](const std::string& key) { return m_bench.cache.has(key); });
        plan.basis = "operations";
        if (!plan.codesCached) {
            const auto operations = [&](const QuantizeSettings& of) {
                return quantizeOperations(spec, of, calibration.tokens, calibration.plan.sequenceLength);
            };
            plan.solveSeconds = operations(settings) * calibration.perOperation;
            if (const Run* run = comparableRun(m_project, calibration.record, settings)) {
                plan.solveSeconds = run->seconds * operations(settings) / operations(run->settings);
                plan.basis = fmt::format("{} took {:.1f} s", run->name, run->seconds);
            }
        }
        if (order.evaluation)
            plan.evaluationSeconds = evaluateOperationsOf(*order.evaluation, *model) * calibration.perOperation;
        return plan;
    }

private:
    struct Calibration {
        RunOrder order; ///< whose it is
        CalibrationRecord record;
        CalibrationPlan plan;
        std::int64_t tokens = 0;
        double perOperation = 0; ///< seconds
    };

    static bool isSameCalibration(const RunOrder& a, const RunOrder& b) {
        return a.modelFolder == b.modelFolder && a.setName == b.setName && a.recipe == b.recipe &&
               a.precision == b.precision;
    }

    const Calibration& calibrationOf(const RunOrder& order, const Workbench::OpenModel& model) {
        for (const Calibration& known : m_calibrations)
            if (isSameCalibration(known.order, order))
                return known;
        const CalibrationSet& set = chooseSet(m_project, order.setName);
        const TokenWindows windows = packSet(m_project, set, model, order.recipe, m_job);
        Calibration made{order,
                         describeCalibration(model, calibrateRequestOf(order), set.name, windows, m_job),
                         {},
                         std::ssize(windows.ids)};
        made.plan = planCalibration(m_bench, model, made.record, windows, m_job);
        if (made.plan.operations <= 0 && m_productTime <= 0)
            m_productTime = measuredPerOperation();
        made.perOperation =
            made.plan.operations > 0 ? made.plan.seconds / made.plan.operations : m_productTime / kShareOfPeak;
        m_calibrations.push_back(std::move(made));
        return m_calibrations.back();
    }

    double evaluateOperationsOf(const EvaluationData& data, const Workbench::OpenModel& model) {
        const auto key = std::pair(data.setName, data.sequenceLength);
        const auto known = m_evaluations.find(key);
        if (known != m_evaluations.end() && data.files.empty())
            return known->second;
        const double operations =
            evaluateOperations(model.model.spec, packEvaluation(m_project, data, model, m_job).windows);
        m_evaluations[key] = operations;
        return operations;
    }

    Workbench& m_bench;
    const Project& m_project;
    JobContext& m_job;
    std::deque<Calibration> m_calibrations; // references to its elements stay
    std::map<std::pair<std::string, int>, double> m_evaluations;
    double m_productTime = 0; // seconds per operation
};

} // namespace

double quantizeOperations(const ArchitectureSpec& spec, const QuantizeSettings& settings, std::int64_t tokens,
                          Index sequenceLength) {
    double operations = 0;
    for (int block = 0; block < spec.blocks; ++block) {
        // Inputs are seen with the block as it was, then go through it as it became.
        if (settings.grams == GramSource::QuantizedPrefix)
            operations += static_cast<double>(tokens) * (operationsPerToken(spec, block, sequenceLength) +
                                                         forwardOperationsPerToken(spec, block, sequenceLength));
        for (const InputGroup& group : spec.inputGroups(block)) {
            bool factorises = false;
            for (const LinearSpec& linear : group.linears) {
                const LinearSettings own = settingsFor(settings, spec.linearName(block, linear.name));
                if (own.skip)
                    continue;
                operations += linearOperations(settings, own, linear);
                factorises = factorises || usesGptq(own.method);
            }
            if (factorises) // n³/3 for the factor, n³/3 for its inverse
                operations += 2.0 / 3.0 * square(group.in()) * static_cast<double>(group.in());
        }
    }
    return operations;
}

std::vector<RunPlan> planRuns(Workbench& bench, const Project& project, std::span<const RunOrder> orders,
                              JobContext& job) {
    Planner planner(bench, project, job);
    std::vector<RunPlan> plans;
    for (const RunOrder& order : orders) {
        job.throwIfCancelled();
        plans.push_back(planner.plan(order));
    }
    return plans;
}

} // namespace vernier
