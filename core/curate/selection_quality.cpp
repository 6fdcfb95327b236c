#include "core/curate/selection_quality.h"

#include "core/curate/row_geometry.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr Index kRowsPerTask = 256;

} // namespace

NearestDistance distanceToNearest(MatrixView<const float> unitRows, std::span<const std::uint32_t> chosen,
                                  const JobContext& job) {
    const Index rows = unitRows.rows, tasks = (rows + kRowsPerTask - 1) / kRowsPerTask;
    if (rows == 0 || chosen.empty())
        return {};
    const Matrix centres = gatherRows(unitRows, chosen);
    std::vector<NearestDistance> parts(static_cast<std::size_t>(tasks));
    parallelFor(tasks, [&](Index task) {
        job.throwIfCancelled();
        const Index first = task * kRowsPerTask, count = std::min(kRowsPerTask, rows - first);
        Matrix similarity(count, centres.rows());
        multiplyTransposed(unitRows.rowRange(first, count), centres.view(), similarity.view());
        NearestDistance& mine = parts[static_cast<std::size_t>(task)];
        for (Index row = 0; row < count; ++row) {
            const float* values = similarity.view().row(row);
            const double distance = std::max(0.0, 1.0 - double{*std::max_element(values, values + centres.rows())});
            mine.mean += distance;
            mine.max = std::max(mine.max, distance);
        }
    });
    NearestDistance all;
    for (const NearestDistance& part : parts) {
        all.mean += part.mean / static_cast<double>(rows);
        all.max = std::max(all.max, part.max);
    }
    return all;
}

} // namespace vernier
