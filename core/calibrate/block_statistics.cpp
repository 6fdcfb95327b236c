#include "core/calibrate/block_statistics.h"

#include "core/base/error.h"
#include "core/calibrate/token_place.h"

#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace {

/// Says where the first value that is not finite came from.
[[noreturn]] void refuse(const std::string& tap, const NotFinite& bad, const TokenWindows& windows,
                         const DocumentName& documentName) {
    const TokenPlace place = placeOf(windows, bad.first.row);
    throw Error(
        ErrorKind::Numeric, tap,
        fmt::format("{} activations are NaN or infinite, the first in channel {} at {}, token {} (id {}) of window {}",
                    bad.count, bad.first.channel,
                    documentName ? documentName(place.document) : fmt::format("document {}", place.document),
                    place.position, place.id, place.window),
        "check the weights; a model stored in F16 may have overflowed");
}

} // namespace

BlockStatistics::BlockStatistics(const ArchitectureSpec& spec, int index) : block(index) {
    for (const InputGroup& group : spec.inputGroups(index)) {
        taps.emplace_back(group.in());
        grams.emplace_back(group.in());
    }
}

std::string tapName(const ArchitectureSpec& spec, int block, std::size_t group) {
    return spec.linearName(block, spec.inputGroups(block)[group].linears.front().name) + ":input";
}

void observeBlock(const ArchitectureSpec& spec, const Block& block, MatrixView<float> hidden, Index firstToken,
                  const TokenWindows& windows, BlockStatistics& statistics, const JobContext& job,
                  const DocumentName& documentName) {
    std::vector<std::int32_t> gathered;
    // Taps of linear inputs have the index of their group.
    const auto observe = [&](const Observation& seen) {
        // The block counts rows from the first it was given, statistics over all windows.
        gathered.assign(seen.rows.begin(), seen.rows.end());
        for (std::int32_t& row : gathered)
            row += static_cast<std::int32_t>(firstToken);
        const TokenRows rows{static_cast<std::uint64_t>(firstToken + seen.firstRow), gathered, windows.sequenceLength};
        if (const auto bad = statistics.taps[seen.tap].observe(seen.values, rows))
            refuse(tapName(spec, statistics.block, seen.tap), *bad, windows, documentName);
        job.throwIfCancelled();
        statistics.grams[seen.tap].observe(seen.values, block.precision());
    };
    block.forward(hidden, windows.sequenceLength, job, {{TapKind::LinearInput}, observe});
}

} // namespace vernier
