#include "core/base/random.h"
#include "core/curate/diverse_selection.h"
#include "core/curate/row_geometry.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace vernier {

namespace {

constexpr Index kRowsPerTask = 1024;

struct Farthest {
    float similarity = std::numeric_limits<float>::infinity();
    Index row = -1;
};

} // namespace

std::vector<std::uint32_t> selectKCenter(MatrixView<const float> unitRows, std::size_t count, std::uint64_t seed,
                                         JobContext& job) {
    const Index rows = unitRows.rows;
    count = std::min(count, static_cast<std::size_t>(rows));
    job.beginStage("select", count);
    std::vector<std::uint32_t> chosen;
    if (count == 0)
        return chosen;
    // Between unit rows the distance falls as the similarity grows; a chosen row is never the farthest again.
    std::vector<float> nearest(static_cast<std::size_t>(rows), -std::numeric_limits<float>::infinity());
    std::vector<Farthest> farthest(static_cast<std::size_t>((rows + kRowsPerTask - 1) / kRowsPerTask));
    Index next = static_cast<Index>(SeededRandom(seed).below(static_cast<std::uint64_t>(rows)));
    for (;;) {
        chosen.push_back(static_cast<std::uint32_t>(next));
        nearest[static_cast<std::size_t>(next)] = std::numeric_limits<float>::infinity();
        job.advance();
        if (chosen.size() == count)
            return chosen;
        parallelFor(std::ssize(farthest), [&](Index task) {
            job.throwIfCancelled();
            Farthest mine;
            for (Index row = task * kRowsPerTask; row < std::min(rows, (task + 1) * kRowsPerTask); ++row) {
                float& similarity = nearest[static_cast<std::size_t>(row)];
                similarity = std::max(similarity, dot(unitRows.row(row), unitRows.row(next), unitRows.cols));
                if (similarity < mine.similarity)
                    mine = {similarity, row};
            }
            farthest[static_cast<std::size_t>(task)] = mine;
        });
        next = std::ranges::min_element(farthest, {}, &Farthest::similarity)->row;
    }
}

std::vector<std::uint32_t> selectRandom(std::size_t rows, std::size_t count, std::uint64_t seed) {
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0u);
    SeededRandom random(seed);
    count = std::min(count, rows);
    for (std::size_t i = 0; i < count; ++i) // Fisher–Yates, as far as it is needed
        std::swap(order[i], order[i + static_cast<std::size_t>(random.below(rows - i))]);
    order.resize(count);
    return order;
}

} // namespace vernier
