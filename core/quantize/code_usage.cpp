#include "core/quantize/code_usage.h"

#include "core/quantize/float_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vernier {

std::uint64_t CodeUsage::weights() const {
    std::uint64_t sum = 0;
    for (const CodeLevel& level : levels)
        sum += level.count;
    return sum;
}

int CodeUsage::unused() const {
    return static_cast<int>(std::ranges::count(levels, std::uint64_t{0}, &CodeLevel::count));
}

double CodeUsage::endShare() const {
    const std::uint64_t all = weights();
    return all == 0 ? 0.0 : static_cast<double>(levels.front().count + levels.back().count) / static_cast<double>(all);
}

std::array<double, 256> codeValues(const Scheme& scheme) {
    std::array<double, 256> values{};
    values.fill(std::numeric_limits<double>::quiet_NaN());
    for (std::size_t code = 0; code < static_cast<std::size_t>(scheme.levels()); ++code) {
        const auto byte = static_cast<std::uint8_t>(code);
        if (!hasFloatCodes(scheme.format))
            values[code] = static_cast<double>(code);
        else if (scheme.format != NumberFormat::Fp8E4M3)
            values[code] = E2m1::valueOf(byte);
        else if ((byte & 0x7F) != 0x7F)
            values[code] = E4m3::valueOf(byte);
    }
    return values;
}

CodeUsage codeUsage(const QuantizedLinear& linear) {
    std::array<std::uint64_t, 256> counts{};
    for (const std::uint8_t code : linear.codes)
        ++counts[code];
    const std::array<double, 256> values = codeValues(linear.scheme);
    CodeUsage usage;
    for (std::size_t code = 0; code < values.size(); ++code)
        if (!std::isnan(values[code]))
            usage.levels.push_back({values[code], counts[code]});
    std::ranges::stable_sort(usage.levels, {}, &CodeLevel::value);
    for (std::size_t i = 1; i < usage.levels.size(); ++i)
        if (usage.levels[i].value == usage.levels[i - 1].value) { // −0 and 0
            usage.levels[i - 1] = {0.0, usage.levels[i - 1].count + usage.levels[i].count};
            usage.levels.erase(usage.levels.begin() + static_cast<std::ptrdiff_t>(i));
        }
    return usage;
}

} // namespace vernier
