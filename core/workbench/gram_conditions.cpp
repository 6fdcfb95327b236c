#include "core/workbench/gram_conditions.h"

#include "core/base/error.h"
#include "core/tensor/parallel.h"
#include "core/workbench/calibrate.h"

#include <cstdint>
#include <iterator>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 1; // raised when the content of the artefact or the way it is computed changes

// What the artefact holds of every Gram, one dataset each.
template <class Healths, class Function>
void forEachColumn(Healths& healths, const Function& column) {
    column("channels", healths, &GramHealth::channels);
    column("numerical_rank", healths, &GramHealth::numericalRank);
    column("effective_rank", healths, &GramHealth::effectiveRank);
    column("log10_condition", healths, &GramHealth::log10Condition);
    column("dead_channels", healths, &GramHealth::deadChannels);
    column("channel_coverage", healths, &GramHealth::channelCoverage);
    column("tokens", healths, &GramHealth::tokens);
    column("estimated", healths, &GramHealth::estimated);
}

void write(H5File& file, const std::vector<GramHealth>& healths) {
    forEachColumn(healths, [&file](const char* name, const auto& all, auto field) {
        std::vector<double> values;
        for (const GramHealth& health : all)
            values.push_back(static_cast<double>(health.*field));
        file.write(name, values);
    });
}

std::vector<GramHealth> read(const H5File& file) {
    std::vector<GramHealth> healths;
    forEachColumn(healths, [&file](const char* name, auto& all, auto field) {
        const std::vector<double> values = file.readDoubles(name);
        if (all.empty())
            all.resize(values.size());
        if (values.size() != all.size())
            throw Error(ErrorKind::Input, file.path().string(), "holds columns of different lengths");
        for (std::size_t i = 0; i < values.size(); ++i)
            all[i].*field = static_cast<std::remove_reference_t<decltype(all[i].*field)>>(values[i]);
    });
    return healths;
}

} // namespace

std::vector<GramHealth> gramConditions(Workbench& bench, const CalibrationRecord& record, int block, JobContext& job) {
    const GramHealthOptions options;
    const nlohmann::json inputs{{"kind", "gram conditions"},
                                {"format", kFormat},
                                {"block", record.blockKeys.at(static_cast<std::size_t>(block))},
                                {"rank_tolerance", options.rankTolerance},
                                {"coverage_share", options.coverageShare}};
    std::vector<GramHealth> healths;
    if (bench.cache.load(
            ArtefactCache::key(inputs), [&](const H5File& file) { healths = read(file); }, job))
        return healths;
    const auto statistics = loadBlockStatistics(bench, record, block, job);
    if (!statistics)
        return {};
    healths.resize(statistics->grams.size());
    parallelFor(std::ssize(healths), [&](Index i) {
        const auto g = static_cast<std::size_t>(i);
        healths[g] = gramHealth(statistics->grams[g], options, job);
    });
    bench.cache.save(
        inputs, [&](H5File& file) { write(file, healths); }, job);
    return healths;
}

} // namespace vernier
