#pragma once

#include "core/quantize/input_scaling.h"
#include "core/quantize/quantize_model.h"

#include <functional>
#include <vector>

namespace vernier {

/// Quantizes the linears of one block, input group by input group, in order. Scales that go into linears in front
/// divide the rows of these, so that all scales are found before the first group is solved.
class BlockSolver {
public:
    /// Finds the scales by the full-precision statistics of the block's inputs. Each linear's report goes to onLinear;
    /// the job's progress counts linears. Refers to all it is given.
    BlockSolver(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                const std::function<void(const LinearReport&)>& onLinear, JobContext& job);

    /// Solves one group under a Gram of its inputs; drift as factoriseGram() takes it, null for none.
    void solve(std::size_t group, const Gram& gram, const Matrix* drift = nullptr);

    const QuantizedBlock& block() const { return m_block; } ///< what is solved so far
    QuantizedBlock take() { return std::move(m_block); }

private:
    void findScales(const BlockStatistics& statistics);

    const Model& m_model;
    const QuantizeSettings& m_settings;
    const std::function<void(const LinearReport&)>& m_onLinear;
    JobContext& m_job;
    std::vector<InputGroup> m_groups;
    std::vector<InputScaling> m_scalings;                         // per group
    std::vector<std::vector<std::vector<double>>> m_outputScales; // per group and linear
    QuantizedBlock m_block;
};

/// Solves all groups under the Grams of the statistics.
QuantizedBlock solveBlock(const Model& model, const BlockStatistics& statistics, const QuantizeSettings& settings,
                          const std::function<void(const LinearReport&)>& onLinear, JobContext& job);

} // namespace vernier
