#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vernier {

/// Keeps the smallest and largest value of every window at a tap, from which averages over windows in their order can
/// be had however the windows were observed. Mergeable exactly, in any order, also of parts of a window. 8 bytes a
/// window.
struct WindowRanges {
    std::vector<float> low, high; ///< low > high: nothing seen of the window

    void add(std::size_t window, float least, float most);
    void merge(const WindowRanges& other);

    std::size_t windows() const { return low.size(); }
    bool seen(std::size_t window) const { return low[window] <= high[window]; }

    struct Range {
        double low = 0, high = 0;
    };
    /// Range after averaging: the first window's, then moved by a share of the way to each following one's, as
    /// PyTorch's MovingAverageMinMaxObserver does with a batch of one window. Windows that were not seen are passed
    /// over.
    Range movingAverage(double averagingConstant = 0.01) const;

    bool operator==(const WindowRanges&) const = default;
};

} // namespace vernier
