#pragma once

#include "core/text/merge_table.h"
#include "core/text/pacer.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Merges the tokens of one word by the rules of a table, lowest rank first and leftmost among equals (byte-pair
/// encoding, Sennrich et al. 2016). Keeps its buffers between words; not thread-safe.
class BpeMerger {
public:
    /// Merges tokens in place: O(n^2) with a small constant for short words, O(n log n) for long ones.
    void merge(std::vector<std::int32_t>& tokens, const MergeTable& merges, Pacer& pacer);

private:
    struct Link {
        std::int32_t token;
        std::uint32_t previous, next;
    };
    struct Candidate {
        Merge merge;
        std::uint32_t at;
        bool operator<(const Candidate& other) const; // for a heap whose top comes first
    };

    void mergeShort(std::vector<std::int32_t>& tokens, const MergeTable& merges);
    void mergeLong(std::vector<std::int32_t>& tokens, const MergeTable& merges, Pacer& pacer);
    void offer(std::uint32_t at, const MergeTable& merges);

    std::vector<Merge> m_pairs;
    std::vector<Link> m_links;
    std::vector<Candidate> m_heap;
};

} // namespace vernier
