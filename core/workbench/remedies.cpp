#include "core/workbench/remedies.h"

#include "core/base/error.h"
#include "core/quantize/solve_block.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/run_model.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr Index kSmallestGroup = 32;
constexpr double kRangeNorm = 2.4; // as in GPTQ's code

/// The bits that help next, of those that every export holds.
int moreBitsThan(int bits) {
    return bits < 4 ? 4 : 8;
}

LinearOverride only(const std::string& linear) {
    LinearOverride change;
    change.pattern = linear;
    return change;
}

Remedy withOverride(Remedy remedy, Remedy::Kind kind, std::string text, LinearOverride change) {
    remedy.kind = kind;
    remedy.text = std::move(text);
    remedy.settings.overrides.push_back(std::move(change));
    return remedy;
}

Remedy everywhere(Remedy remedy, Remedy::Kind kind, std::string text) {
    remedy.kind = kind;
    remedy.text = std::move(text);
    remedy.everywhere = true;
    return remedy;
}

/// Everything that the settings of a run leave to be tried on a linear.
std::vector<Remedy> candidates(const QuantizeSettings& settings, const std::string& linear, Index in) {
    const LinearSettings now = settingsFor(settings, linear);
    Remedy base;
    base.linear = linear;
    base.settings = settings;
    std::vector<Remedy> tried;
    if (now.skip)
        return tried;
    const bool isInteger = now.scheme.format == NumberFormat::Integer;
    if (isInteger && now.scheme.bits < 8) {
        LinearOverride change = only(linear);
        change.bits = moreBitsThan(now.scheme.bits);
        tried.push_back(withOverride(base, Remedy::Kind::MoreBits, fmt::format("{} bits", *change.bits), change));
    }
    if (const Index width = now.scheme.groupWidth(in); isInteger && width > kSmallestGroup) {
        LinearOverride change = only(linear);
        change.groupSize = static_cast<int>(width > 128 ? 128 : width / 2);
        tried.push_back(
            withOverride(base, Remedy::Kind::SmallerGroup, fmt::format("groups of {}", *change.groupSize), change));
    }
    if (!usesGptq(now.method)) {
        LinearOverride change = only(linear);
        change.method = Method::Gptq;
        tried.push_back(withOverride(base, Remedy::Kind::Gptq, "GPTQ", change));
    } else if (settings.order == ColumnOrder::Natural) {
        tried.push_back(everywhere(base, Remedy::Kind::ActivationOrder, "activation order, static groups"));
        tried.back().settings.order = ColumnOrder::Activation;
        tried.back().settings.staticGroups = true;
    }
    if (!settings.ranges.searches()) {
        tried.push_back(everywhere(base, Remedy::Kind::RangeSearch, "ranges searched by error"));
        tried.back().settings.ranges.mseNorm = kRangeNorm;
    }
    return tried;
}

/// Solves the group of a linear without a forward pass.
LinearReport solveAlone(const Model& model, const BlockStatistics& statistics, QuantizeSettings settings,
                        std::size_t group, const std::string& linear, JobContext& job) {
    settings.grams = GramSource::FullPrecision;
    settings.trueSequential = false;
    settings.driftCorrection = 0;
    const std::function<void(const LinearReport&)> nobody;
    JobContext quiet = job.quiet();
    BlockSolver solver(model, statistics, settings, nobody, quiet);
    solver.solve(group, statistics.grams.at(group));
    return *std::ranges::find(solver.block().reports, linear, &LinearReport::name);
}

struct Place {
    int block = 0;
    std::size_t group = 0;
    Index in = 0;
};

Place placeOf(const ArchitectureSpec& spec, const std::string& linear) {
    const int block = spec.blockOf(linear);
    const auto groups = spec.inputGroups(block);
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const LinearSpec& each : groups[g].linears)
            if (spec.linearName(block, each.name) == linear)
                return {block, g, each.in};
    throw Error(ErrorKind::Input, "linear " + linear, "is not in the model", "measure the run again");
}

} // namespace

std::vector<Remedy> findRemedies(Workbench& bench, const Project& project, const Run& run,
                                 const std::vector<LinearSensitivity>& sensitivities, std::size_t linears,
                                 JobContext& job) {
    std::vector<LinearSensitivity> worst = sensitivities;
    std::ranges::stable_sort(worst, std::ranges::greater{}, &LinearSensitivity::kl);
    worst.resize(std::min(worst.size(), linears));
    const auto model = openModelOf(bench, run, job);
    std::vector<Remedy> remedies;
    job.beginStage("remedies", worst.size());
    for (const LinearSensitivity& linear : worst) {
        job.throwIfCancelled();
        const Place place = placeOf(model->model.spec, linear.name);
        const auto statistics = requireBlockStatistics(bench, project, run.calibration, place.block, job);
        const auto solve = [&](const QuantizeSettings& settings) {
            return solveAlone(model->model, *statistics, settings, place.group, linear.name, job);
        };
        const LinearReport before = solve(run.settings);
        std::vector<Remedy> helpful;
        for (Remedy& remedy : candidates(run.settings, linear.name, place.in)) {
            job.throwIfCancelled();
            const LinearReport after = solve(remedy.settings);
            if (after.relativeError >= before.relativeError)
                continue;
            remedy.kl = linear.kl;
            remedy.before = before.relativeError;
            remedy.after = after.relativeError;
            remedy.bytes = static_cast<std::int64_t>(after.storedBytes) - static_cast<std::int64_t>(before.storedBytes);
            helpful.push_back(std::move(remedy));
        }
        std::ranges::stable_sort(helpful, {}, &Remedy::after);
        std::ranges::move(helpful, std::back_inserter(remedies));
        job.advance();
    }
    return remedies;
}

std::vector<std::pair<std::string, double>> domainShares(const Project& project, const std::string& setName) {
    const CalibrationSet* set = project.findSet(setName);
    if (!set || set->documents.empty())
        return {};
    std::map<std::string, double> documents;
    for (const std::uint32_t document : set->documents) {
        const std::string_view domain = project.corpus[document].domain;
        documents[domain.empty() ? "no domain" : std::string(domain)] += 1;
    }
    std::vector<std::pair<std::string, double>> shares(documents.begin(), documents.end());
    for (auto& [domain, share] : shares)
        share /= static_cast<double>(set->documents.size());
    return shares;
}

std::vector<LosingDomain> losingDomains(const Project& project, const Run& run) {
    std::vector<LosingDomain> losing;
    if (!run.evaluation || !run.evaluation->kl || run.evaluation->scoredTokens <= 0)
        return losing;
    const auto shares = domainShares(project, run.calibration.setName);
    for (const GroupScore& group : run.evaluation->groups) {
        const auto share = std::ranges::find(shares, group.name, &std::pair<std::string, double>::first);
        const LosingDomain domain{group.name, group.kl.value_or(0), *run.evaluation->kl,
                                  static_cast<double>(group.scoredTokens) /
                                      static_cast<double>(run.evaluation->scoredTokens),
                                  share == shares.end() ? 0.0 : share->second};
        if (domain.kl > domain.totalKl && domain.calibrationShare < domain.evaluationShare)
            losing.push_back(domain);
    }
    std::ranges::stable_sort(losing, std::ranges::greater{}, &LosingDomain::kl);
    return losing;
}

} // namespace vernier
