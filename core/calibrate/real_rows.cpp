#include "core/calibrate/real_rows.h"

#include <algorithm>

namespace vernier {

RealRows::Selection RealRows::select(const Observation& seen, Index firstToken) {
    const auto first = static_cast<std::uint64_t>(firstToken + seen.firstRow);
    if (m_windows.validLengths.empty() && seen.rows.empty())
        return {seen.values, {first, {}, m_windows.sequenceLength}};
    m_tokens.clear();
    m_from.clear();
    for (Index i = 0; i < seen.values.rows; ++i) {
        const Index token = firstToken + seen.rowOf(i);
        if (m_windows.isPadding(token))
            continue;
        m_from.push_back(i);
        m_tokens.push_back(static_cast<std::int32_t>(token));
    }
    const bool whole = std::ssize(m_from) == seen.values.rows;
    return {whole ? seen.values : gather(seen.values), {first, m_tokens, m_windows.sequenceLength}};
}

MatrixView<const float> RealRows::gather(MatrixView<const float> values) {
    const Index rows = std::ssize(m_from);
    if (m_values.rows() < rows || m_values.cols() != values.cols)
        m_values = Matrix(values.rows, values.cols);
    for (Index i = 0; i < rows; ++i)
        std::copy_n(values.row(m_from[static_cast<std::size_t>(i)]), values.cols, m_values.view().row(i));
    return m_values.view().rowRange(0, rows);
}

} // namespace vernier
