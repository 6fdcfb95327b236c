#include "ui/data/mix.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>

namespace vernier::ui {

namespace {

std::string groupOf(const DocumentColumns& columns, std::uint32_t document, MixBy by) {
    const auto nameIn = [document](const NameColumn& column) {
        return document < column.ids.size() ? column.names[column.ids[document]] : std::string();
    };
    switch (by) {
    case MixBy::Tag: {
        const auto& tags = columns.tags.lists[columns.tags.ids[document]];
        return tags.empty() ? std::string() : tags.front();
    }
    case MixBy::Language:
        return nameIn(columns.languages);
    case MixBy::Source:
        return nameIn(columns.sources);
    default:
        return nameIn(columns.domains);
    }
}

bool allCounted(const DocumentColumns& columns, const CalibrationSet& set) {
    return std::ranges::all_of(set.documents, [&](std::uint32_t document) {
        return document < columns.tokens.size() && columns.tokens[document] != kUnknownTokens;
    });
}

std::map<std::string, double> weigh(const DocumentColumns& columns, const CalibrationSet& set, MixBy by,
                                    bool byTokens) {
    std::map<std::string, double> weights;
    double total = 0;
    for (const std::uint32_t document : set.documents) {
        if (document >= columns.count)
            continue;
        const double weight = byTokens ? static_cast<double>(columns.tokens[document]) : 1.0;
        weights[groupOf(columns, document, by)] += weight;
        total += weight;
    }
    if (total > 0)
        for (auto& [name, weight] : weights)
            weight /= total;
    return weights;
}

} // namespace

MixShares mixShares(const DocumentTable& table, const CalibrationSet& set, const CalibrationSet* other, MixBy by) {
    const DocumentColumns columns = table.columns();
    MixShares mix;
    mix.byTokens = allCounted(columns, set) && (!other || allCounted(columns, *other));
    auto ofSet = weigh(columns, set, by, mix.byTokens);
    auto ofOther = other ? weigh(columns, *other, by, mix.byTokens) : std::map<std::string, double>();
    for (const auto& [name, weight] : ofOther)
        ofSet.try_emplace(name, 0.0);
    for (const auto& [name, weight] : ofSet)
        mix.groups.push_back(name);
    std::ranges::stable_sort(mix.groups, [&](const std::string& a, const std::string& b) {
        return std::pair(ofSet[a], ofOther[a]) > std::pair(ofSet[b], ofOther[b]);
    });
    for (const std::string& name : mix.groups) {
        mix.ofSet.push_back(ofSet[name]);
        if (other)
            mix.ofOther.push_back(ofOther[name]);
    }
    return mix;
}

LengthHistogram lengthHistogram(const DocumentTable& table, const CalibrationSet& set, std::size_t maxBins) {
    const DocumentColumns columns = table.columns();
    std::vector<std::uint64_t> lengths;
    for (const std::uint32_t document : set.documents)
        if (document < columns.tokens.size() && columns.tokens[document] != kUnknownTokens)
            lengths.push_back(columns.tokens[document]);
    LengthHistogram histogram;
    if (lengths.empty())
        return histogram;
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::ranges::nth_element(lengths, middle);
    histogram.median = *middle;
    histogram.shortest = std::ranges::min(lengths);
    histogram.longest = std::ranges::max(lengths);
    histogram.documents = lengths.size();
    while (histogram.longest / histogram.binWidth >= maxBins)
        histogram.binWidth *= 2;
    histogram.counts.assign(histogram.longest / histogram.binWidth + 1, 0);
    for (const std::uint64_t length : lengths)
        ++histogram.counts[length / histogram.binWidth];
    return histogram;
}

} // namespace vernier::ui
