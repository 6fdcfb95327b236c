#include "core/model/feed_forward.h"

#include "core/model/rows.h"

namespace vernier {

FeedForward::FeedForward(const Model& model, int block, std::size_t group, const ModelChanges& changes,
                         Precision precision, const JobContext& job)
    : m_group(group), m_activation(model.spec.activation), m_gated(model.spec.gated),
      m_input(model, block, model.spec.inputGroups(block).at(group), changes, precision, job),
      m_output(model, block, model.spec.inputGroups(block).at(group + 1), changes, precision, job) {}

FeedForward::Buffers FeedForward::buffers(Index tokens) const {
    return {Matrix(tokens, m_input.out()), m_gated ? Matrix(tokens, m_output.in()) : Matrix()};
}

void FeedForward::apply(MatrixView<float> x, Buffers& buffers, MatrixView<float> y, const BlockTaps& taps,
                        const BlockRounding& rounding, const JobContext& job,
                        std::span<const std::int32_t> rows) const {
    const auto projected = buffers.projected.view().rowRange(0, x.rows);
    const auto activated = m_gated ? buffers.activated.view().rowRange(0, x.rows) : projected;
    taps.input(m_group, x, rows);
    rounding.roundInput(m_group, x);
    m_input.apply(x, projected, job);
    taps.outputs(m_group, projected, rows);
    forEachRow(x.rows, [&](Index row) {
        const float* from = projected.row(row);
        if (m_gated)
            gateRow(m_activation, from, from + activated.cols, activated.cols, activated.row(row));
        else
            activateRow(m_activation, from, activated.cols, activated.row(row));
    });
    taps.input(m_group + 1, activated, rows);
    rounding.roundInput(m_group + 1, activated);
    m_output.apply(activated, y, job);
    taps.outputs(m_group + 1, y, rows);
}

} // namespace vernier
