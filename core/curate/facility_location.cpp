#include "core/curate/diverse_selection.h"
#include "core/curate/facility_gains.h"
#include "core/curate/row_geometry.h"

#include <algorithm>
#include <queue>

namespace vernier {

namespace {

constexpr std::size_t kFirstBatch = 8, kLargestBatch = 128;

/// A candidate with its gain as it was when age rows had been chosen.
struct Candidate {
    double gain;
    std::uint32_t row;
    std::size_t age;
    bool operator<(const Candidate& other) const {
        return gain != other.gain ? gain < other.gain : row > other.row; // of equal ones the first row wins
    }
};

} // namespace

std::vector<std::uint32_t> selectFacilityLocation(MatrixView<const float> unitRows, std::size_t count,
                                                  std::uint64_t seed, JobContext& job) {
    const Index rows = unitRows.rows;
    count = std::min(count, static_cast<std::size_t>(rows));
    std::vector<std::uint32_t> chosen;
    if (count == 0)
        return chosen;
    Matrix sample;
    MatrixView<const float> facilities = unitRows;
    if (rows > kMostFacilities) {
        auto drawn = selectRandom(static_cast<std::size_t>(rows), static_cast<std::size_t>(kMostFacilities), seed);
        std::ranges::sort(drawn);
        sample = gatherRows(unitRows, drawn);
        facilities = sample.view();
    }
    FacilityGains gains(unitRows, facilities, job);
    std::priority_queue<Candidate> queue;
    for (std::uint32_t row = 0; const double gain : gains.ofAll(job))
        queue.push({gain, row++, 0});
    job.beginStage("select", count);
    for (std::size_t batch = kFirstBatch; chosen.size() < count;) {
        job.throwIfCancelled();
        std::vector<std::uint32_t> stale;
        while (!queue.empty() && stale.size() < batch && queue.top().age != chosen.size()) {
            stale.push_back(queue.top().row);
            queue.pop();
        }
        if (stale.empty()) { // the best gain is the true one
            chosen.push_back(queue.top().row);
            queue.pop();
            gains.choose(chosen.back());
            job.advance();
            batch = kFirstBatch;
            continue;
        }
        const std::vector<double> fresh = gains.of(stale);
        for (std::size_t i = 0; i < stale.size(); ++i)
            queue.push({fresh[i], stale[i], chosen.size()});
        batch = std::min(batch * 2, kLargestBatch);
    }
    return chosen;
}

} // namespace vernier
