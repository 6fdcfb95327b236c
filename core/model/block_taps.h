#pragma once

#include "core/model/architecture.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Knows where the taps of a block stand in ArchitectureSpec::taps() and shows values to whoever asked for them.
class BlockTaps {
public:
    BlockTaps(const ArchitectureSpec& spec, int block, const TapRequest& request);

    /// Rows that follow belong to the hidden states from this row on.
    void beginChunk(Index firstRow) { m_firstRow = firstRow; }

    bool wants(TapKind kind) const { return m_request.wants(kind); }

    /// The input of a group's linears. rows: the row inside the chunk of each row of values; empty where they are all
    /// rows in turn.
    void input(std::size_t group, MatrixView<const float> values, std::span<const std::int32_t> rows = {}) const;
    /// The outputs of a group's linears, side by side.
    void outputs(std::size_t group, MatrixView<const float> values, std::span<const std::int32_t> rows = {}) const;
    void key(MatrixView<const float> values) const { show(TapKind::Key, m_key, values, {}); }
    void value(MatrixView<const float> values) const { show(TapKind::Value, m_key + 1, values, {}); }
    void residual(MatrixView<const float> values) const { show(TapKind::Residual, m_key + 2, values, {}); }

private:
    void show(TapKind kind, std::size_t tap, MatrixView<const float> values, std::span<const std::int32_t> rows) const;

    const TapRequest& m_request;
    Index m_firstRow = 0;
    std::vector<std::size_t> m_firstOutput;  ///< per group, the tap of its first linear's output
    std::vector<std::vector<Index>> m_width; ///< per group, the channels of its linears
    std::size_t m_key = 0;
};

} // namespace vernier
