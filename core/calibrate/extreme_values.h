#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Is one value seen at a tap and where: its channel and its token, counted over all windows.
struct ExtremeValue {
    float value = 0;
    std::uint32_t channel = 0;
    std::uint64_t row = 0;

    bool operator==(const ExtremeValue&) const = default;
};

/// Whether a is the more extreme: larger |value|, then the earlier token, then the lower channel.
bool moreExtreme(const ExtremeValue& a, const ExtremeValue& b);

/// Keeps the most extreme values of a tap, the most extreme first. Mergeable: the same in any order.
class ExtremeValues {
public:
    static constexpr std::size_t kDefault = 64;
    static constexpr std::size_t kMost = 65536;

    /// Keeps up to capacity values; those whose |value| is below floor are known to be of no interest.
    explicit ExtremeValues(std::size_t capacity = kDefault, float floor = 0) : m_capacity(capacity), m_floor(floor) {}

    void offer(const ExtremeValue& value);
    void merge(const ExtremeValues& other);

    /// |value| below which nothing is kept any more.
    float threshold() const;
    std::size_t capacity() const { return m_capacity; }
    std::span<const ExtremeValue> values() const { return m_values; }

    /// Rebuilds them from stored parts. Throws Error{Input} when these are not the values of so many, in their order.
    static ExtremeValues fromParts(std::size_t capacity, std::vector<ExtremeValue> values);

    bool operator==(const ExtremeValues& other) const {
        return m_capacity == other.m_capacity && m_values == other.m_values;
    }

private:
    std::size_t m_capacity;
    float m_floor;
    std::vector<ExtremeValue> m_values;
};

} // namespace vernier
