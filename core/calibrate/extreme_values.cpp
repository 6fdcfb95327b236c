#include "core/calibrate/extreme_values.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier {

bool moreExtreme(const ExtremeValue& a, const ExtremeValue& b) {
    const float left = std::fabs(a.value), right = std::fabs(b.value);
    if (left != right)
        return left > right;
    return a.row != b.row ? a.row < b.row : a.channel < b.channel;
}

float ExtremeValues::threshold() const {
    if (m_capacity == 0)
        return std::numeric_limits<float>::infinity();
    return m_values.size() < m_capacity ? m_floor : std::max(m_floor, std::fabs(m_values.back().value));
}

void ExtremeValues::offer(const ExtremeValue& value) {
    if (std::fabs(value.value) < threshold())
        return;
    if (m_values.size() == m_capacity) {
        if (m_capacity == 0 || !moreExtreme(value, m_values.back()))
            return;
        m_values.pop_back();
    }
    m_values.insert(std::ranges::upper_bound(m_values, value, moreExtreme), value);
}

void ExtremeValues::merge(const ExtremeValues& other) {
    for (const ExtremeValue& value : other.m_values)
        offer(value);
}

ExtremeValues ExtremeValues::fromParts(std::size_t capacity, std::vector<ExtremeValue> values) {
    const auto unsound = [](const ExtremeValue& a, const ExtremeValue& b) { return !moreExtreme(a, b); };
    const bool finite = std::ranges::all_of(values, [](const ExtremeValue& v) { return std::isfinite(v.value); });
    if (capacity > kMost || values.size() > capacity || !finite ||
        std::ranges::adjacent_find(values, unsound) != values.end())
        throw Error(ErrorKind::Input, "extreme values", "are not finite numbers from the most extreme on",
                    "compute them again");
    ExtremeValues extremes(capacity);
    extremes.m_values = std::move(values);
    return extremes;
}

} // namespace vernier
