#pragma once

#include "core/base/job.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Tells, for candidate rows c, by how much each would raise Σ_i max(0, max_s x_i · x_s) over facilities x_i and chosen
/// rows s. Gains fall as rows are chosen, never rise. At first similarities are computed anew for every question; once
/// so much is chosen that few facilities could still come nearer to anything, exactly those similarities are kept, in
/// at most about 500 MB, and answers cost next to nothing.
class FacilityGains {
public:
    FacilityGains(MatrixView<const float> candidates, MatrixView<const float> facilities, const JobContext& job);

    /// Gains of all candidates; progress counts candidates of a stage of the job.
    std::vector<double> ofAll(JobContext& job) const;

    /// Present gains of some candidates, each named once.
    std::vector<double> of(std::span<const std::uint32_t> candidates);

    void choose(std::uint32_t candidate);

private:
    /// A facility that a candidate is nearer to than any chosen row was.
    struct Nearer {
        std::uint32_t facility;
        float similarity;
    };

    template <class Body>
    void forEachSlice(Index first, Index count, Body&& body) const;
    void computeGains(MatrixView<const float> rows, std::span<double> gains) const;
    double keptGain(std::vector<Nearer>& nearer) const;
    double shareStillNearer() const;
    void keepNearer();

    MatrixView<const float> m_candidates, m_facilities;
    const JobContext& m_job;
    std::vector<float> m_nearest;              ///< per facility: similarity of the nearest chosen row, at least 0
    std::vector<std::vector<Nearer>> m_nearer; ///< per candidate; empty while nothing is kept
};

} // namespace vernier
