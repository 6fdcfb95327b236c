#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>

namespace vernier {

/// Is what is observed at a tap.
enum class TapKind {
    LinearInput,  ///< what the linears of an input group read
    LinearOutput, ///< what one linear gives, its bias added
    Key,          ///< keys as they would be cached: normalised and rotated, [keyValueHeads · headSize]
    Value,        ///< values as they would be cached, [keyValueHeads · headSize]
    Residual,     ///< the residual stream as the block leaves it
    Logits,       ///< what the head gives; no tap of a block
};

/// Names one tap of a block.
struct TapSpec {
    TapKind kind = TapKind::LinearInput;
    std::string name; ///< "model.layers.3.mlp.down_proj:input", "…:output", "model.layers.3.self_attn:key", …
    Index channels = 0;
    int group = -1;  ///< LinearInput, LinearOutput: index into ArchitectureSpec::inputGroups(block)
    int expert = -1; ///< of the linears of a mixture's expert
};

/// Is a set of tap kinds of a block.
class TapKinds {
public:
    constexpr TapKinds() = default;
    constexpr TapKinds(std::initializer_list<TapKind> kinds) {
        for (const TapKind kind : kinds)
            m_bits |= bit(kind);
    }
    static constexpr TapKinds all() {
        return {TapKind::LinearInput, TapKind::LinearOutput, TapKind::Key, TapKind::Value, TapKind::Residual};
    }

    constexpr bool contains(TapKind kind) const { return (m_bits & bit(kind)) != 0; }
    constexpr bool empty() const { return m_bits == 0; }

private:
    static constexpr unsigned bit(TapKind kind) { return 1u << static_cast<unsigned>(kind); }
    unsigned m_bits = 0;
};

/// Shows rows that pass a tap while a block runs; the views live for the call.
struct Observation {
    std::size_t tap = 0;            ///< index into ArchitectureSpec::taps(block)
    MatrixView<const float> values; ///< [rows, channels]; rows may stand apart (stride)
    Index firstRow = 0;             ///< row of the hidden states that the first of the values belongs to
    /// The row of the hidden states of each row of values, where they were gathered for an expert; empty: firstRow,
    /// firstRow + 1, …
    std::span<const std::int32_t> rows;

    Index rowOf(Index i) const { return rows.empty() ? firstRow + i : rows[static_cast<std::size_t>(i)]; }
};

using TapFunction = std::function<void(const Observation&)>;

/// Asks for what passes the taps of some kinds; nothing is copied or computed for the others. The function is called on
/// the thread that runs the block, for the taps in the order in which their values arise, a chunk of tokens at a time.
struct TapRequest {
    TapKinds kinds;
    TapFunction observe;

    bool wants(TapKind kind) const { return observe && kinds.contains(kind); }
};

} // namespace vernier
