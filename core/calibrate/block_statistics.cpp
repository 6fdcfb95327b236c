#include "core/calibrate/block_statistics.h"

#include "core/calibrate/real_rows.h"

#include <vector>

namespace vernier {

BlockStatistics::BlockStatistics(const ArchitectureSpec& spec, int index, const ObserverOptions& options,
                                 const std::filesystem::path& gramFolder)
    : block(index) {
    for (const TapSpec& tap : spec.taps(index))
        taps.emplace_back(tap.channels, options);
    for (const InputGroup& group : spec.inputGroups(index))
        grams.push_back(gramFolder.empty() ? Gram(group.in()) : Gram(group.in(), gramFolder));
}

std::string tapName(const ArchitectureSpec& spec, int block, std::size_t group) {
    return spec.linearName(block, spec.inputGroups(block)[group].linears.front().name) + ":input";
}

void observeBlock(const ArchitectureSpec& spec, const Block& block, MatrixView<float> hidden, Index firstToken,
                  const TokenWindows& windows, BlockStatistics& statistics, const JobContext& job,
                  const DocumentName& documentName, TapKinds kinds) {
    const std::vector<TapSpec> taps = spec.taps(statistics.block);
    RealRows real(windows);
    const auto observe = [&](const Observation& observation) {
        const RealRows::Selection seen = real.select(observation, firstToken);
        if (seen.values.rows == 0)
            return;
        if (const auto bad = statistics.taps[observation.tap].observe(seen.values, seen.rows, job))
            refuseNotFinite(taps[observation.tap].name, *bad, windows, documentName);
        job.throwIfCancelled();
        // Taps of linear inputs have the index of their group, and stand before all others.
        if (observation.tap < statistics.grams.size())
            statistics.grams[observation.tap].observe(seen.values, block.precision(), job);
    };
    block.forward(hidden, windows.sequenceLength, job, {kinds, observe});
}

} // namespace vernier
