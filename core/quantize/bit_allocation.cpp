#include "core/quantize/bit_allocation.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::uint64_t kMostUnits = 16384;

void validate(std::span<const std::vector<BitChoice>> linears) {
    for (std::size_t i = 0; i < linears.size(); ++i) {
        if (linears[i].empty())
            throw Error(ErrorKind::Input, fmt::format("linear {}", i), "has no choice of bits");
        if (linears[i].size() > std::numeric_limits<std::uint8_t>::max())
            throw Error(ErrorKind::Input, fmt::format("linear {}", i), "has too many choices of bits");
        for (const BitChoice& choice : linears[i])
            if (!std::isfinite(choice.cost))
                throw Error(ErrorKind::Numeric, fmt::format("linear {}", i), "has a choice whose cost is no number");
    }
}

/// Of the smallest choices the one of least cost.
std::size_t smallest(const std::vector<BitChoice>& choices) {
    return static_cast<std::size_t>(std::ranges::min_element(choices,
                                                             [](const BitChoice& a, const BitChoice& b) {
                                                                 return a.bytes != b.bytes ? a.bytes < b.bytes
                                                                                           : a.cost < b.cost;
                                                             }) -
                                    choices.begin());
}

BitAllocation allocationOf(std::span<const std::vector<BitChoice>> linears, std::vector<std::size_t> picks) {
    BitAllocation allocation{std::move(picks), 0, 0};
    for (std::size_t i = 0; i < linears.size(); ++i) {
        allocation.bytes += linears[i][allocation.picks[i]].bytes;
        allocation.cost += linears[i][allocation.picks[i]].cost;
    }
    return allocation;
}

BitAllocation smallestOf(std::span<const std::vector<BitChoice>> linears) {
    std::vector<std::size_t> picks;
    for (const auto& choices : linears)
        picks.push_back(smallest(choices));
    return allocationOf(linears, std::move(picks));
}

/// Bytes that sizes beyond the smallest are counted in.
std::uint64_t unitOf(std::span<const std::vector<BitChoice>> linears, const BitAllocation& least, std::uint64_t spare) {
    std::uint64_t common = 0;
    for (std::size_t i = 0; i < linears.size(); ++i)
        for (const BitChoice& choice : linears[i])
            common = std::gcd(common, choice.bytes - linears[i][least.picks[i]].bytes);
    return std::max({common, spare / kMostUnits + 1, std::uint64_t{1}});
}

/// Spends what rounding sizes up has left on the changes that gain most per byte.
void spendRest(std::span<const std::vector<BitChoice>> linears, std::uint64_t budget, BitAllocation& allocation) {
    for (;;) {
        double best = 0;
        std::size_t linear = 0, pick = 0;
        for (std::size_t i = 0; i < linears.size(); ++i) {
            const BitChoice& now = linears[i][allocation.picks[i]];
            for (std::size_t c = 0; c < linears[i].size(); ++c) {
                const BitChoice& other = linears[i][c];
                if (other.cost >= now.cost || allocation.bytes - now.bytes + other.bytes > budget)
                    continue;
                const double more = other.bytes > now.bytes ? static_cast<double>(other.bytes - now.bytes) : 0.5;
                if ((now.cost - other.cost) / more > best) {
                    best = (now.cost - other.cost) / more;
                    linear = i, pick = c;
                }
            }
        }
        if (best == 0)
            return;
        allocation.picks[linear] = pick;
        allocation = allocationOf(linears, std::move(allocation.picks));
    }
}

/// One linear's choices on the lower convex hull of size and cost, from the smallest on.
std::vector<std::size_t> hullOf(const std::vector<BitChoice>& choices) {
    std::vector<std::size_t> order(choices.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return choices[a].bytes != choices[b].bytes ? choices[a].bytes < choices[b].bytes
                                                    : choices[a].cost < choices[b].cost;
    });
    const auto slope = [&](std::size_t a, std::size_t b) {
        return (choices[a].cost - choices[b].cost) / static_cast<double>(choices[b].bytes - choices[a].bytes);
    };
    std::vector<std::size_t> hull;
    for (const std::size_t next : order) {
        if (!hull.empty() && choices[next].cost >= choices[hull.back()].cost)
            continue;
        while (hull.size() > 1 && slope(hull[hull.size() - 2], hull.back()) <= slope(hull.back(), next))
            hull.pop_back();
        hull.push_back(next);
    }
    return hull;
}

} // namespace

BitAllocation allocateBits(std::span<const std::vector<BitChoice>> linears, std::uint64_t budget) {
    validate(linears);
    const BitAllocation least = smallestOf(linears);
    if (least.bytes > budget)
        throw Error(ErrorKind::Input, "size budget",
                    fmt::format("{} bytes are less than the {} of the fewest bits", budget, least.bytes),
                    "allow more bytes or fewer bits");
    std::uint64_t most = 0;
    for (const auto& choices : linears)
        most += std::ranges::max(choices, {}, &BitChoice::bytes).bytes;
    const std::uint64_t spare = std::min(budget, most) - least.bytes;
    const std::uint64_t unit = unitOf(linears, least, spare);
    const auto units = static_cast<std::size_t>(spare / unit) + 1;

    // cost[u]: least cost of the linears so far with u units beyond the smallest; picked[i · units + u]: how.
    std::vector<double> cost(units, 0.0), next(units);
    std::vector<std::uint8_t> picked(linears.size() * units);
    for (std::size_t i = 0; i < linears.size(); ++i) {
        std::ranges::fill(next, std::numeric_limits<double>::infinity());
        const std::uint64_t base = linears[i][least.picks[i]].bytes;
        for (std::size_t c = 0; c < linears[i].size(); ++c) {
            const auto more = static_cast<std::size_t>((linears[i][c].bytes - base + unit - 1) / unit);
            for (std::size_t u = more; u < units; ++u)
                if (const double with = cost[u - more] + linears[i][c].cost; with < next[u]) {
                    next[u] = with;
                    picked[i * units + u] = static_cast<std::uint8_t>(c);
                }
        }
        cost.swap(next);
    }
    std::vector<std::size_t> picks(linears.size());
    std::size_t u = units - 1;
    for (std::size_t i = linears.size(); i-- > 0;) {
        picks[i] = picked[i * units + u];
        u -=
            static_cast<std::size_t>((linears[i][picks[i]].bytes - linears[i][least.picks[i]].bytes + unit - 1) / unit);
    }
    BitAllocation allocation = allocationOf(linears, std::move(picks));
    spendRest(linears, budget, allocation);
    return allocation;
}

std::vector<BitAllocation> bitFrontier(std::span<const std::vector<BitChoice>> linears) {
    validate(linears);
    struct Step {
        double gain; ///< cost per byte
        std::size_t linear, pick;
    };
    std::vector<Step> steps;
    std::vector<std::size_t> picks;
    for (std::size_t i = 0; i < linears.size(); ++i) {
        const auto hull = hullOf(linears[i]);
        picks.push_back(hull.front());
        for (std::size_t h = 1; h < hull.size(); ++h) {
            const BitChoice &from = linears[i][hull[h - 1]], &to = linears[i][hull[h]];
            steps.push_back({(from.cost - to.cost) / static_cast<double>(to.bytes - from.bytes), i, hull[h]});
        }
    }
    std::ranges::stable_sort(steps, std::ranges::greater{}, &Step::gain);
    std::vector<BitAllocation> frontier = {allocationOf(linears, picks)};
    for (const Step& step : steps) {
        picks[step.linear] = step.pick;
        frontier.push_back(allocationOf(linears, picks));
    }
    return frontier;
}

} // namespace vernier
