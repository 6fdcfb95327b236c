#pragma once

#include "core/quantize/quantize_model.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vernier {

/// Is what documents are grouped by; a document with several tags belongs to several groups.
enum class GroupBy { Tag, Domain };

std::string name(GroupBy by);                   ///< "tag", "domain"
GroupBy groupByFromName(std::string_view name); ///< throws Error{Input} listing the known names

/// Says how the matrix is made.
struct CrossMatrixRequest {
    GroupBy by = GroupBy::Domain;
    PackingRecipe recipe; ///< of each group; maxWindows are the most windows a group gives
    QuantizeSettings settings{.scheme = {3, 64, false}};
    int block = -1; ///< whose linears are quantized; -1: the middle one
};

/// Says how a weight calibrated on one group of documents serves another: row a, column b at [a · groups + b].
struct CrossMatrix {
    /// Is a group that takes no part.
    struct LeftOut {
        std::string group;
        std::uint64_t documents = 0;
        std::string reason;
    };

    GroupBy by = GroupBy::Domain;
    int block = 0;
    std::int64_t windows = 0;         ///< of every group alike
    std::vector<std::string> groups;  ///< in alphabetical order
    std::vector<double> error;        ///< mean over linears of tr(ΔW H_b ΔWᵀ) / tr(W H_b Wᵀ), ΔW from H_a
    std::vector<double> relative;     ///< error over that of b calibrated on itself: 1 on the diagonal
    std::vector<double> gramDistance; ///< mean over inputs of ‖H_a − H_b‖ / ‖H_b‖, per token
    std::vector<LeftOut> leftOut;

    std::size_t at(std::size_t a, std::size_t b) const { return a * groups.size() + b; }
};

/// At most so many groups are compared, those of most documents; their Grams of one block are in memory at once.
inline constexpr std::size_t kMostCrossGroups = 16;

/// Calibrates a block's linears on each group of a set's documents and tests them on every group. All give the same
/// number of windows, the fewest that one of them has; groups that fill none are left out. Each is tested on the very
/// windows it may have been calibrated on, so the diagonal is the best that can be had and a little better than on
/// fresh text. Throws Error{Input} when fewer than two groups remain, Cancelled.
CrossMatrix crossMatrix(const Workbench& bench, const Project& project, const CalibrationSet& set,
                        const Workbench::OpenModel& model, const CrossMatrixRequest& request, JobContext& job);

} // namespace vernier
