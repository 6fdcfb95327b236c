#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace vernier {

/// Joins elements into disjoint groups; each group is named by its least element.
class UnionFind {
public:
    explicit UnionFind(std::size_t count) : m_parent(count) { std::iota(m_parent.begin(), m_parent.end(), 0u); }

    std::uint32_t find(std::uint32_t element) {
        while (m_parent[element] != element)
            element = m_parent[element] = m_parent[m_parent[element]];
        return element;
    }

    /// Joins the groups of two elements; false when they were one already.
    bool unite(std::uint32_t a, std::uint32_t b) {
        a = find(a), b = find(b);
        if (a == b)
            return false;
        m_parent[a > b ? a : b] = a < b ? a : b;
        return true;
    }

private:
    std::vector<std::uint32_t> m_parent;
};

} // namespace vernier
