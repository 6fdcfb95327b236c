#include "core/quantize/gather_inputs.h"

#include "core/calibrate/real_rows.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr Index kDriftRows = 128; // of a drift, per task

/// The inputs of every wanted group over one chunk of hidden states, one row below the other.
class ChunkInputs {
public:
    ChunkInputs(const std::vector<InputGroup>& groups, Index rows) : m_values(groups.size()), m_filled(groups.size()) {
        for (std::size_t g = 0; g < groups.size(); ++g)
            if (groups[g].expert < 0)
                m_values[g] = Matrix(rows, groups[g].in());
    }

    void clear() { std::ranges::fill(m_filled, 0); }
    void append(std::size_t group, MatrixView<const float> rows) {
        for (Index row = 0; row < rows.rows; ++row)
            std::copy_n(rows.row(row), rows.cols, m_values[group].view().row(m_filled[group]++));
    }
    bool keeps(std::size_t group) const { return m_values[group].rows() > 0; }
    MatrixView<float> of(std::size_t group) { return m_values[group].view().rowRange(0, m_filled[group]); }

private:
    std::vector<Matrix> m_values;
    std::vector<Index> m_filled;
};

/// drift += (full − seen)ᵀ seen, a few of its rows per task; full is lost.
void addDrift(MatrixView<float> full, MatrixView<const float> seen, MatrixView<float> drift) {
    parallelFor(seen.rows, [&](Index row) {
        for (Index i = 0; i < seen.cols; ++i)
            full(row, i) -= seen(row, i);
    });
    parallelFor((drift.rows + kDriftRows - 1) / kDriftRows, [&](Index task) {
        const Index first = task * kDriftRows, rows = std::min(kDriftRows, drift.rows - first);
        multiplyLeftTransposed(full.colRange(first, rows), seen, drift.rowRange(first, rows), 1.0f);
    });
}

/// Shows the rows of wanted groups that are no padding while a copy of a chunk runs through a block.
template <class Show>
void runChunk(const Block& block, MatrixView<const float> states, Index firstToken, const TokenWindows& windows,
              const std::vector<bool>& wanted, Matrix& copy, const JobContext& job, const Show& show) {
    const auto rows = copy.view().rowRange(0, states.rows);
    for (Index row = 0; row < states.rows; ++row)
        std::copy_n(states.row(row), states.cols, rows.row(row));
    RealRows real(windows);
    const auto observe = [&](const Observation& observation) {
        // Taps of linear inputs have the index of their group, and stand before all others.
        if (observation.tap >= wanted.size() || !wanted[observation.tap])
            return;
        const RealRows::Selection seen = real.select(observation, firstToken);
        if (seen.values.rows > 0)
            show(observation.tap, seen.values);
    };
    block.forward(rows, windows.sequenceLength, job, {{TapKind::LinearInput}, observe});
}

} // namespace

GatheredInputs gatherInputs(const ArchitectureSpec& spec, const Block& block, int index,
                            const std::vector<bool>& wanted, const TokenWindows& windows, const HiddenStates& hidden,
                            const FullPrecisionStream* full, const JobContext& job) {
    const auto groups = spec.inputGroups(index);
    const Index chunkRows = hidden.shape().rows(0);
    GatheredInputs gathered;
    gathered.grams.resize(groups.size());
    gathered.drifts.resize(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (wanted[g])
            gathered.grams[g] = Gram(groups[g].in());
    ChunkInputs fullInputs(full ? groups : std::vector<InputGroup>{}, chunkRows);
    ChunkInputs inputs(full ? groups : std::vector<InputGroup>{}, chunkRows);
    Matrix buffer, copy(chunkRows, hidden.shape().width);
    for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
        job.throwIfCancelled();
        const Index firstToken = hidden.shape().firstToken(chunk);
        if (full) {
            fullInputs.clear();
            inputs.clear();
            runChunk(full->block, full->hidden.read(chunk, buffer), firstToken, windows, wanted, copy, job,
                     [&](std::size_t group, MatrixView<const float> values) {
                         if (fullInputs.keeps(group))
                             fullInputs.append(group, values);
                     });
        }
        runChunk(block, hidden.read(chunk, buffer), firstToken, windows, wanted, copy, job,
                 [&](std::size_t group, MatrixView<const float> values) {
                     gathered.grams[group].observe(values, block.precision(), job);
                     if (full && inputs.keeps(group))
                         inputs.append(group, values);
                 });
        for (std::size_t g = 0; full && g < groups.size(); ++g) {
            if (!wanted[g] || !inputs.keeps(g))
                continue;
            if (gathered.drifts[g].rows() == 0)
                gathered.drifts[g] = Matrix(groups[g].in(), groups[g].in());
            addDrift(fullInputs.of(g), inputs.of(g), gathered.drifts[g].view());
            job.throwIfCancelled();
        }
    }
    return gathered;
}

} // namespace vernier
