#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/dataset/token_windows.h"
#include "core/model/tap.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Leaves the padding of windows out of what taps show. Attention is causal and padding stands behind a window's text,
/// so that the rows that stay are those of the same text without padding.
class RealRows {
public:
    /// Rows that are no padding, with their tokens counted over all windows; good until the next select().
    struct Selection {
        MatrixView<const float> values;
        TokenRows rows;
    };

    explicit RealRows(const TokenWindows& windows) : m_windows(windows) {}

    /// Picks from an observation of a pass that was given the rows from firstToken on; values are copied only where
    /// padding stands between them.
    Selection select(const Observation& seen, Index firstToken);

private:
    MatrixView<const float> gather(MatrixView<const float> values);

    const TokenWindows& m_windows;
    std::vector<std::int32_t> m_tokens; ///< of the rows selected, where they do not follow each other
    std::vector<Index> m_from;          ///< rows of the observation that are selected
    Matrix m_values;
};

} // namespace vernier
