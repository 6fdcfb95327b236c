#include "core/text/bpe_merge.h"

#include <algorithm>

namespace vernier {

namespace {

constexpr std::size_t kShort = 64; // where the heap begins to win
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::size_t kKept = 1u << 16; // buffers above this many elements are given back

template <typename T>
void giveBack(std::vector<T>& buffer) {
    if (buffer.capacity() > kKept)
        buffer = {};
}

} // namespace

bool BpeMerger::Candidate::operator<(const Candidate& other) const {
    return merge.rank != other.merge.rank ? merge.rank > other.merge.rank : at > other.at;
}

void BpeMerger::merge(std::vector<std::int32_t>& tokens, const MergeTable& merges, Pacer& pacer) {
    if (tokens.size() < 2)
        return;
    if (tokens.size() <= kShort)
        mergeShort(tokens, merges);
    else
        mergeLong(tokens, merges, pacer);
}

void BpeMerger::mergeShort(std::vector<std::int32_t>& tokens, const MergeTable& merges) {
    m_pairs.clear();
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
        m_pairs.push_back(merges.find(tokens[i], tokens[i + 1]));
    while (!m_pairs.empty()) {
        const auto best = std::min_element(m_pairs.begin(), m_pairs.end(),
                                           [](const Merge& a, const Merge& b) { return a.rank < b.rank; });
        if (best->rank == Merge::kNever)
            return;
        const auto at = best - m_pairs.begin();
        tokens[static_cast<std::size_t>(at)] = best->token;
        tokens.erase(tokens.begin() + at + 1);
        m_pairs.erase(best);
        const auto i = static_cast<std::size_t>(at);
        if (i > 0)
            m_pairs[i - 1] = merges.find(tokens[i - 1], tokens[i]);
        if (i < m_pairs.size())
            m_pairs[i] = merges.find(tokens[i], tokens[i + 1]);
    }
}

void BpeMerger::offer(std::uint32_t at, const MergeTable& merges) {
    if (at == kNone || m_links[at].next == kNone)
        return;
    const Merge merge = merges.find(m_links[at].token, m_links[m_links[at].next].token);
    if (merge.rank != Merge::kNever)
        m_heap.push_back({merge, at});
}

void BpeMerger::mergeLong(std::vector<std::int32_t>& tokens, const MergeTable& merges, Pacer& pacer) {
    constexpr std::int32_t kGone = -1; // the token of a link that was merged into the one before it
    const auto count = static_cast<std::uint32_t>(tokens.size());
    m_links.resize(count);
    for (std::uint32_t i = 0; i < count; ++i)
        m_links[i] = {tokens[i], i == 0 ? kNone : i - 1, i + 1 == count ? kNone : i + 1};
    m_heap.clear();
    for (std::uint32_t i = 0; i < count; ++i)
        offer(i, merges);
    std::make_heap(m_heap.begin(), m_heap.end());
    while (!m_heap.empty()) {
        pacer.advance(1);
        const Candidate best = m_heap.front();
        std::pop_heap(m_heap.begin(), m_heap.end());
        m_heap.pop_back();
        Link& left = m_links[best.at];
        if (left.token == kGone || left.next == kNone)
            continue;
        Link& right = m_links[left.next];
        // The neighbours may have changed since the candidate was offered; then it was offered anew.
        if (merges.find(left.token, right.token).token != best.merge.token)
            continue;
        left.token = best.merge.token;
        left.next = right.next;
        right.token = kGone;
        if (left.next != kNone)
            m_links[left.next].previous = best.at;
        for (const std::uint32_t at : {left.previous, best.at}) {
            const std::size_t before = m_heap.size();
            offer(at, merges);
            if (m_heap.size() > before)
                std::push_heap(m_heap.begin(), m_heap.end());
        }
    }
    tokens.clear();
    for (std::uint32_t i = 0; i != kNone; i = m_links[i].next)
        tokens.push_back(m_links[i].token);
    giveBack(m_links);
    giveBack(m_heap);
}

} // namespace vernier
