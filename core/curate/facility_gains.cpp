#include "core/curate/facility_gains.h"

#include "core/curate/row_geometry.h"
#include "core/tensor/gemm.h"
#include "core/tensor/multiversion.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr double kMostKept = 64e6; // pairs of candidate and facility
constexpr Index kSampled = 256;
// Facilities compared at once: their similarities to a few hundred candidates stay in the cache.
constexpr Index kSlice = 1024;
constexpr Index kCandidatesPerTask = 256;
constexpr Index kTasksPerReport = 8;
constexpr Index kFacilitiesPerTask = 1024;

/// Σ max(0, similarity − nearest) in 16 lanes.
VERNIER_MULTIVERSION float improvement(const float* similarity, const float* nearest, Index n) {
    float lanes[16] = {};
    Index i = 0;
    for (; i + 16 <= n; i += 16)
        for (Index lane = 0; lane < 16; ++lane) {
            const float gain = similarity[i + lane] - nearest[i + lane];
            lanes[lane] += gain > 0 ? gain : 0.0f;
        }
    float sum = 0;
    for (; i < n; ++i)
        sum += similarity[i] > nearest[i] ? similarity[i] - nearest[i] : 0.0f;
    for (const float lane : lanes)
        sum += lane;
    return sum;
}

} // namespace

FacilityGains::FacilityGains(MatrixView<const float> candidates, MatrixView<const float> facilities,
                             const JobContext& job)
    : m_candidates(candidates), m_facilities(facilities), m_job(job),
      m_nearest(static_cast<std::size_t>(facilities.rows)) {}

/// Calls body(row, slice, similarities, width) for count candidates from first on and every slice of facilities.
template <class Body>
void FacilityGains::forEachSlice(Index first, Index count, Body&& body) const {
    Matrix similarity(count, kSlice);
    for (Index slice = 0; slice < m_facilities.rows; slice += kSlice) {
        m_job.throwIfCancelled();
        const Index width = std::min(kSlice, m_facilities.rows - slice);
        const MatrixView<float> part(similarity.data(), count, width, kSlice);
        multiplyTransposed(m_candidates.rowRange(first, count), m_facilities.rowRange(slice, width), part);
        for (Index row = 0; row < count; ++row)
            body(row, slice, part.row(row), width);
    }
}

std::vector<double> FacilityGains::ofAll(JobContext& job) const {
    const Index n = m_candidates.rows, tasks = (n + kCandidatesPerTask - 1) / kCandidatesPerTask;
    job.beginStage("weigh", static_cast<std::uint64_t>(n));
    std::vector<double> gains(static_cast<std::size_t>(n));
    for (Index first = 0; first < tasks; first += kTasksPerReport) {
        const Index now = std::min(kTasksPerReport, tasks - first);
        parallelFor(now, [&](Index i) {
            const Index at = (first + i) * kCandidatesPerTask;
            forEachSlice(at, std::min(kCandidatesPerTask, n - at),
                         [&](Index row, Index slice, const float* similarity, Index width) {
                             gains[static_cast<std::size_t>(at + row)] +=
                                 double{improvement(similarity, m_nearest.data() + slice, width)};
                         });
        });
        job.advance(static_cast<std::uint64_t>(std::min(now * kCandidatesPerTask, n - first * kCandidatesPerTask)));
    }
    return gains;
}

std::vector<double> FacilityGains::of(std::span<const std::uint32_t> candidates) {
    std::vector<double> gains(candidates.size());
    if (m_nearer.empty())
        computeGains(gatherRows(m_candidates, candidates).view(), gains);
    else
        parallelFor(std::ssize(candidates), [&](Index i) {
            const auto at = static_cast<std::size_t>(i);
            gains[at] = keptGain(m_nearer[candidates[at]]);
        });
    return gains;
}

void FacilityGains::computeGains(MatrixView<const float> rows, std::span<double> gains) const {
    const Index tasks = (m_facilities.rows + kFacilitiesPerTask - 1) / kFacilitiesPerTask;
    std::vector<double> parts(static_cast<std::size_t>(tasks * rows.rows));
    parallelFor(tasks, [&](Index task) {
        m_job.throwIfCancelled();
        const Index first = task * kFacilitiesPerTask, width = std::min(kFacilitiesPerTask, m_facilities.rows - first);
        Matrix similarity(rows.rows, width);
        multiplyTransposed(rows, m_facilities.rowRange(first, width), similarity.view());
        for (Index row = 0; row < rows.rows; ++row)
            parts[static_cast<std::size_t>(task * rows.rows + row)] =
                double{improvement(similarity.view().row(row), m_nearest.data() + first, width)};
    });
    for (std::size_t part = 0; part < parts.size(); ++part)
        gains[part % gains.size()] += parts[part];
}

double FacilityGains::keptGain(std::vector<Nearer>& nearer) const {
    double gain = 0;
    std::erase_if(nearer, [&](const Nearer& entry) { // what is no longer nearer never will be again
        const float more = entry.similarity - m_nearest[entry.facility];
        gain += more > 0 ? double{more} : 0.0;
        return more <= 0;
    });
    return gain;
}

void FacilityGains::choose(std::uint32_t candidate) {
    const float* chosen = m_candidates.row(static_cast<Index>(candidate));
    parallelFor((m_facilities.rows + kFacilitiesPerTask - 1) / kFacilitiesPerTask, [&](Index task) {
        m_job.throwIfCancelled();
        const Index end = std::min(m_facilities.rows, (task + 1) * kFacilitiesPerTask);
        for (Index i = task * kFacilitiesPerTask; i < end; ++i) {
            float& nearest = m_nearest[static_cast<std::size_t>(i)];
            nearest = std::max(nearest, dot(m_facilities.row(i), chosen, m_facilities.cols));
        }
    });
    if (m_nearer.empty() &&
        shareStillNearer() * static_cast<double>(m_candidates.rows) * static_cast<double>(m_facilities.rows) <=
            kMostKept)
        keepNearer();
}

/// Share of pairs whose candidate is nearer to the facility than every chosen row, by an even sample of candidates.
double FacilityGains::shareStillNearer() const {
    const Index step = std::max<Index>(1, m_candidates.rows / kSampled), sampled = (m_candidates.rows - 1) / step + 1;
    std::vector<std::uint64_t> nearer(static_cast<std::size_t>(sampled));
    parallelFor(sampled, [&](Index i) {
        forEachSlice(i * step, 1, [&](Index, Index slice, const float* similarity, Index width) {
            for (Index k = 0; k < width; ++k)
                nearer[static_cast<std::size_t>(i)] +=
                    similarity[k] > m_nearest[static_cast<std::size_t>(slice + k)] ? 1 : 0;
        });
    });
    double sum = 0;
    for (const std::uint64_t count : nearer)
        sum += static_cast<double>(count);
    return sum / (static_cast<double>(sampled) * static_cast<double>(m_facilities.rows));
}

void FacilityGains::keepNearer() {
    const Index n = m_candidates.rows;
    m_nearer.resize(static_cast<std::size_t>(n));
    parallelFor((n + kCandidatesPerTask - 1) / kCandidatesPerTask, [&](Index task) {
        const Index at = task * kCandidatesPerTask;
        forEachSlice(at, std::min(kCandidatesPerTask, n - at),
                     [&](Index row, Index slice, const float* similarity, Index width) {
                         auto& kept = m_nearer[static_cast<std::size_t>(at + row)];
                         for (Index k = 0; k < width; ++k)
                             if (similarity[k] > m_nearest[static_cast<std::size_t>(slice + k)])
                                 kept.push_back({static_cast<std::uint32_t>(slice + k), similarity[k]});
                     });
    });
}

} // namespace vernier
