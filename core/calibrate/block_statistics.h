#pragma once

#include "core/base/job.h"
#include "core/calibrate/gram.h"
#include "core/calibrate/not_finite.h"
#include "core/calibrate/tap_statistics.h"
#include "core/dataset/token_windows.h"
#include "core/model/block.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

/// Holds what a pass saw in one block: the statistics of its taps, in the order of ArchitectureSpec::taps(block), and
/// the Gram of each input group, which has the index of the group's tap.
struct BlockStatistics {
    int block = 0;
    std::vector<TapStatistics> taps;
    std::vector<Gram> grams;

    BlockStatistics() = default;
    /// Those of a block that has seen nothing yet; Grams are in files of gramFolder, or in memory when it is empty.
    BlockStatistics(const ArchitectureSpec& spec, int index, const ObserverOptions& options = {},
                    const std::filesystem::path& gramFolder = {});
};

/// "model.layers.3.mlp.down_proj:input"
std::string tapName(const ArchitectureSpec& spec, int block, std::size_t group);

/// Runs hidden, the rows from firstToken on of the windows' hidden states, through a block and adds what its taps see
/// to statistics; hidden becomes the block's output. Taps of other kinds than `kinds` stay empty. Throws Error{Numeric}
/// naming the tap, the document and the token where the first activation is NaN or infinite.
void observeBlock(const ArchitectureSpec& spec, const Block& block, MatrixView<float> hidden, Index firstToken,
                  const TokenWindows& windows, BlockStatistics& statistics, const JobContext& job,
                  const DocumentName& documentName = {}, TapKinds kinds = TapKinds::all());

} // namespace vernier
