#include "core/model/block_taps.h"

namespace vernier {

BlockTaps::BlockTaps(const ArchitectureSpec& spec, int block, const TapRequest& request) : m_request(request) {
    const auto groups = spec.inputGroups(block);
    m_key = groups.size(); // the inputs come first
    for (const InputGroup& group : groups) {
        m_firstOutput.push_back(m_key);
        m_key += group.linears.size();
        m_width.emplace_back();
        for (const LinearSpec& linear : group.linears)
            m_width.back().push_back(linear.out);
    }
}

void BlockTaps::input(std::size_t group, MatrixView<const float> values, std::span<const std::int32_t> rows) const {
    show(TapKind::LinearInput, group, values, rows);
}

void BlockTaps::outputs(std::size_t group, MatrixView<const float> values, std::span<const std::int32_t> rows) const {
    Index at = 0;
    for (std::size_t i = 0; i < m_width[group].size(); at += m_width[group][i++])
        show(TapKind::LinearOutput, m_firstOutput[group] + i, values.colRange(at, m_width[group][i]), rows);
}

void BlockTaps::show(TapKind kind, std::size_t tap, MatrixView<const float> values,
                     std::span<const std::int32_t> rows) const {
    if (!m_request.wants(kind))
        return;
    if (rows.empty() || m_firstRow == 0)
        return m_request.observe({tap, values, m_firstRow, rows});
    std::vector<std::int32_t> moved(rows.begin(), rows.end());
    for (std::int32_t& row : moved)
        row += static_cast<std::int32_t>(m_firstRow);
    m_request.observe({tap, values, moved.front(), moved});
}

} // namespace vernier
