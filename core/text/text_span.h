#pragma once

#include <cstddef>

namespace vernier {

/// Is the half-open byte range [begin, end) of a text.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;

    bool empty() const { return begin == end; }
    std::size_t size() const { return end - begin; }
    friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

} // namespace vernier
