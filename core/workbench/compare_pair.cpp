#include "core/workbench/compare_pair.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vernier {

namespace {

/// The least of 1, 2 and 5 times a power of ten that is no less than least.
double roundWidth(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least)
            return factor * power;
    return 10 * power;
}

} // namespace

PairDifference comparePairTokens(Workbench& bench, const Project& project, const Run& first, const Run& second,
                                 const EvaluationData& data, JobContext& job) {
    if (first.calibration.modelFingerprint != second.calibration.modelFingerprint)
        throw Error(ErrorKind::Input, "run " + first.name, "quantizes another model than " + second.name,
                    "compare runs of one model");
    PairDifference difference{compareTokens(bench, project, first, data, job), {}};
    difference.tokens.losses.referenceNll = compareTokens(bench, project, second, data, job).losses.nll;
    const TokenComparison& tokens = difference.tokens;
    difference.paired = pairedBootstrap(tokens.windows, tokens.losses.nll, tokens.losses.referenceNll);
    return difference;
}

DifferenceBins binDifferences(const TokenComparison& tokens, std::size_t most) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < tokens.losses.nll.size(); ++i)
        if (const double difference = tokens.difference(i); std::isfinite(difference))
            differences.push_back(difference);
    if (differences.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(differences);
    // Zero may cut two bins that one could have held, and the largest may lie on an edge.
    const double span = std::max(high, 0.0) - std::min(low, 0.0);
    DifferenceBins bins;
    bins.binWidth = span > 0 ? roundWidth(span / static_cast<double>(std::max<std::size_t>(most, 4) - 3)) : 1;
    const double first = std::floor(low / bins.binWidth);
    bins.firstEdge = first * bins.binWidth;
    for (const double difference : differences) {
        const auto bin = static_cast<std::size_t>(std::floor(difference / bins.binWidth) - first);
        if (bin >= bins.counts.size())
            bins.counts.resize(bin + 1);
        ++bins.counts[bin];
    }
    return bins;
}

} // namespace vernier
