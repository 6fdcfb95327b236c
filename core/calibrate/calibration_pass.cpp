#include "core/calibrate/calibration_pass.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace vernier {

std::string tapName(const ArchitectureSpec& spec, int block, std::size_t group) {
    return spec.linearName(block, spec.inputGroups(block)[group].linears.front().name) + ":input";
}

Matrix embedWindows(const Model& model, const TokenWindows& windows) {
    Matrix hidden(std::ssize(windows.ids), model.spec.hiddenSize);
    model.embed(windows.ids, windows.sequenceLength, hidden.view());
    return hidden;
}

BlockStatistics observeBlock(const ArchitectureSpec& spec, const Block& block, int index, MatrixView<float> hidden,
                             Index sequenceLength, const JobContext& job) {
    BlockStatistics statistics;
    statistics.block = index;
    for (const InputGroup& group : spec.inputGroups(index)) {
        statistics.taps.emplace_back();
        statistics.grams.emplace_back(group.in());
    }
    // Taps of linear inputs have the index of their group.
    const auto observe = [&](const Observation& seen) {
        const std::size_t group = seen.tap;
        const TokenRows rows{static_cast<std::uint64_t>(seen.firstRow), seen.rows, sequenceLength};
        if (const auto bad = statistics.taps[group].observe(seen.values, rows))
            throw Error(ErrorKind::Numeric, tapName(spec, index, group),
                        fmt::format("{} activations are NaN or infinite", bad->count),
                        "check the weights; a model stored in F16 may have overflowed");
        job.throwIfCancelled();
        statistics.grams[group].observe(seen.values, block.precision());
    };
    block.forward(hidden, sequenceLength, job, {{TapKind::LinearInput}, observe});
    return statistics;
}

void runCalibrationPass(const Model& model, const TokenWindows& windows, JobContext& job,
                        const std::function<void(BlockStatistics)>& onBlock) {
    job.beginStage("calibrate", static_cast<std::uint64_t>(model.spec.blocks));
    Matrix hidden = embedWindows(model, windows);
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        const Block block(model, index);
        onBlock(observeBlock(model.spec, block, index, hidden.view(), windows.sequenceLength, job));
        job.advance();
    }
}

} // namespace vernier
