#pragma once

#include "core/store/project.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is one setting of a run as text: "damp_percent" and "0.05". Names are those of recipes.
struct Setting {
    std::string name, value;
    bool operator==(const Setting&) const = default;
};

/// Is how a run predicts the text of one domain.
struct DomainPerplexity {
    std::string domain;
    double perplexity = 0;
    bool operator==(const DomainPerplexity&) const = default;
};

/// Says on what predictions a run was judged. Numbers of runs may stand side by side only where these are equal.
struct ScoredText {
    std::string data, protocol;
    std::int64_t windows = 0, scoredTokens = 0;
    int sequenceLength = 0;
    bool operator==(const ScoredText&) const = default;
};

/// Is one line of the comparison table.
struct ComparisonRow {
    std::string run, method, calibrationSet;
    Scheme scheme;
    double bitsPerWeight = 0;
    std::uint64_t totalBytes = 0;
    double meanRelativeError = 0;
    std::optional<double> perplexity, perplexityLoss, kl, top1; ///< loss against full precision on the same text
    std::vector<DomainPerplexity> domains;                      ///< of that text
    std::optional<ScoredText> scored;                           ///< that text; nothing for a run not evaluated
    double seconds = 0;
    std::vector<std::string> tags;
    std::string note;
    std::vector<Setting> settings; ///< all of them, and the set; in alphabetical order of their names

    /// Perplexity on the text of a domain, if it was measured.
    std::optional<double> perplexityOf(const std::string& domain) const;
    bool operator==(const ComparisonRow&) const = default;
};

/// Whether two runs were judged on the same predictions.
bool scoredAlike(const ComparisonRow& a, const ComparisonRow& b);

std::vector<ComparisonRow> compareRuns(const Project& project);

/// Says which settings some runs share. What only some of them have, being of their method, is neither as long as it is
/// the same in those.
struct SharedSettings {
    std::vector<Setting> equal;         ///< the same in all of them
    std::vector<std::string> differing; ///< names of those that two of them have different
};
SharedSettings sharedSettings(std::span<const ComparisonRow* const> rows);

/// The value of a setting; "–" where the run has none of that name.
std::string settingValue(const ComparisonRow& row, const std::string& name);

/// Is a run as a trade-off: what it costs and what it loses. Both are better when they are lower.
struct CostAndLoss {
    double cost = 0, loss = 0;
};

/// The Pareto front: the places of those that no other beats in one and equals in the other, by rising cost. Of equal
/// ones the first; those that are not finite are left out.
std::vector<std::size_t> paretoFront(std::span<const CostAndLoss> points);

} // namespace vernier
