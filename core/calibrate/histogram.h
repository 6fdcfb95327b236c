#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace vernier {

/// Counts values in bins of width 2^k, bin i covering [i · 2^k, (i + 1) · 2^k). k is the smallest whole number, not
/// below kFinest, with which all values seen fit in maxBins() bins; it depends on the values only, so that observing
/// and merging give the same histogram in any order: widening by doubling loses nothing that the wider one would have
/// known.
class Histogram {
public:
    static constexpr int kMaxBins = 8192;
    static constexpr int kFinest = -40;

    /// maxBins: from 2 to kMaxBins.
    explicit Histogram(int maxBins = kMaxBins) : m_maxBins(maxBins) {}

    /// Counts the finite values of x; returns how many were not finite.
    std::uint64_t observe(MatrixView<const float> x);
    /// Counts the values of x, which are finite and whose smallest and largest are low and high; on this thread.
    void count(MatrixView<const float> x, float low, float high);
    /// Adds what another histogram saw; same maxBins.
    void merge(const Histogram& other);

    bool empty() const { return m_counts.empty(); }
    int maxBins() const { return m_maxBins; }
    int exponent() const { return m_exponent; }       ///< k
    std::int64_t firstBin() const { return m_first; } ///< i of counts()[0]
    const std::vector<std::uint64_t>& counts() const { return m_counts; }
    double binWidth() const;
    double lowerEdge(std::size_t index) const; ///< of counts()[index]
    std::uint64_t total() const;
    /// Value below which a share (0 … 1) of all values lie, as if they lay evenly in their bins; right to one bin
    /// width.
    double quantile(double share) const;

    /// Rebuilds one from stored parts. Throws Error{Input} when they break the class's promises.
    static Histogram fromParts(int exponent, std::int64_t firstBin, std::vector<std::uint64_t> counts,
                               int maxBins = kMaxBins);

    bool operator==(const Histogram&) const = default;

private:
    std::uint64_t countFinite(const float* x, Index n);
    void prepareFor(double low, double high, int finest);
    void widenTo(int exponent);
    void cover(std::int64_t low, std::int64_t high);

    int m_maxBins;
    int m_exponent = kFinest;
    std::int64_t m_first = 0;
    std::vector<std::uint64_t> m_counts;
};

} // namespace vernier
