#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace vernier {

/// Is what two neighbouring tokens become, and how early: the lowest rank merges first.
struct Merge {
    static constexpr std::uint32_t kNever = 0xFFFFFFFF;

    std::uint32_t rank = kNever;
    std::int32_t token = -1;
};

/// Looks merges up by the ids of the two tokens: a hash table with open addressing, at most half full.
class MergeTable {
public:
    explicit MergeTable(std::size_t expected)
        : m_shift(64 - static_cast<int>(std::bit_width(expected * 2 + 1))), m_slots(std::size_t{1} << (64 - m_shift)) {}

    /// Enters a merge; one that was there for the same pair is replaced. At most expected pairs may be entered.
    void set(std::int32_t left, std::int32_t right, Merge merge) { slot(left, right) = {key(left, right), merge}; }

    /// The merge of a pair; rank kNever when there is none.
    Merge find(std::int32_t left, std::int32_t right) const {
        return const_cast<MergeTable*>(this)->slot(left, right).merge;
    }

private:
    struct Slot {
        std::uint64_t key = kEmpty;
        Merge merge;
    };
    static constexpr std::uint64_t kEmpty = ~std::uint64_t{0}; // ids are not negative, so no pair has this key

    static std::uint64_t key(std::int32_t left, std::int32_t right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
    }
    Slot& slot(std::int32_t left, std::int32_t right) {
        const std::uint64_t wanted = key(left, right);
        std::size_t at = static_cast<std::size_t>(wanted * 0x9E3779B97F4A7C15u >> m_shift);
        while (m_slots[at].key != wanted && m_slots[at].key != kEmpty)
            at = (at + 1) & (m_slots.size() - 1);
        return m_slots[at];
    }

    int m_shift;
    std::vector<Slot> m_slots;
};

} // namespace vernier
