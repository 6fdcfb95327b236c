#include "core/curate/strata.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vernier {

namespace {

/// One round of largest remainders over the groups that still have room; what does not fit is left over.
void divideOnce(std::span<const std::size_t> available, std::span<const double> weights, std::size_t count,
                std::vector<std::size_t>& given) {
    std::vector<std::size_t> open;
    double total = 0;
    for (std::size_t i = 0; i < available.size(); ++i)
        if (given[i] < available[i] && weights[i] > 0)
            open.push_back(i), total += weights[i];
    std::vector<std::pair<double, std::size_t>> remainders;
    std::vector<std::size_t> wanted(available.size());
    std::size_t assigned = 0;
    for (const std::size_t i : open) {
        const double exact = static_cast<double>(count) * (weights[i] / total);
        wanted[i] = static_cast<std::size_t>(exact);
        assigned += wanted[i];
        remainders.emplace_back(static_cast<double>(wanted[i]) - exact, i); // the largest remainder sorts first
    }
    std::ranges::sort(remainders);
    for (const auto& [remainder, i] : remainders)
        if (assigned < count)
            ++wanted[i], ++assigned;
    for (const std::size_t i : open)
        given[i] += std::min(wanted[i], available[i] - given[i]);
}

} // namespace

std::vector<std::size_t> divideByWeight(std::span<const std::size_t> available, std::span<const double> weights,
                                        std::size_t count) {
    if (!std::ranges::all_of(weights, [](double weight) { return std::isfinite(weight) && weight >= 0; }) ||
        !std::ranges::any_of(weights, [](double weight) { return weight > 0; }))
        throw Error(ErrorKind::Input, "weights", "are not all numbers of at least 0 with one above it",
                    "give every group a share, for example code=2 prose=1");
    std::size_t most = 0;
    for (std::size_t i = 0; i < available.size(); ++i)
        most += weights[i] > 0 ? available[i] : 0;
    count = std::min(count, most);
    std::vector<std::size_t> given(available.size());
    for (std::size_t left = count; left > 0; left = count - std::reduce(given.begin(), given.end()))
        divideOnce(available, weights, left, given);
    return given;
}

double entropyBits(std::span<const std::size_t> counts) {
    double total = 0, entropy = 0;
    for (const std::size_t count : counts)
        total += static_cast<double>(count);
    for (const std::size_t count : counts)
        if (count > 0) {
            const double share = static_cast<double>(count) / total;
            entropy -= share * std::log2(share);
        }
    return entropy;
}

} // namespace vernier
