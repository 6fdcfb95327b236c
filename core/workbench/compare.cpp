#include "core/workbench/compare.h"

#include "core/store/settings_json.h"
#include "core/workbench/flat_settings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr const char* kNone = "–";

std::vector<Setting> settingsOf(const Run& run) {
    std::vector<Setting> settings;
    forEachSetting(toJson(run.settings), [&](const std::string& name, const nlohmann::json& value) {
        settings.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
    });
    const CalibrationRecord& calibration = run.calibration;
    settings.push_back({"set", calibration.setName});
    settings.push_back({"sequence_length", fmt::format("{}", calibration.recipe.sequenceLength)});
    settings.push_back({"windows", fmt::format("{}", calibration.windows)});
    if (!calibration.modelFingerprint.empty())
        settings.push_back({"model", calibration.modelFingerprint.substr(0, 8)});
    std::ranges::stable_sort(settings, {}, &Setting::name);
    return settings;
}

ComparisonRow rowOf(const Run& run) {
    ComparisonRow row;
    row.run = run.name;
    row.method = name(run.settings.method);
    row.calibrationSet = run.calibration.setName;
    row.scheme = run.settings.scheme;
    row.bitsPerWeight = run.bitsPerWeight();
    row.totalBytes = run.storedBytes + run.otherBytes;
    row.meanRelativeError = run.meanRelativeError();
    row.seconds = run.seconds;
    row.tags = run.tags;
    row.note = run.note;
    row.settings = settingsOf(run);
    if (const auto& evaluation = run.evaluation) {
        row.perplexity = evaluation->perplexity;
        if (evaluation->referencePerplexity)
            row.perplexityLoss = evaluation->perplexity - *evaluation->referencePerplexity;
        row.kl = evaluation->kl;
        row.top1 = evaluation->top1;
        row.scored = ScoredText{evaluation->dataName, evaluation->protocol, evaluation->windows,
                                evaluation->scoredTokens, evaluation->sequenceLength};
        for (const GroupScore& group : evaluation->groups)
            row.domains.push_back({group.name, group.perplexity});
    }
    return row;
}

} // namespace

std::optional<double> ComparisonRow::perplexityOf(const std::string& domain) const {
    const auto found = std::ranges::find(domains, domain, &DomainPerplexity::domain);
    return found == domains.end() ? std::nullopt : std::optional(found->perplexity);
}

bool scoredAlike(const ComparisonRow& a, const ComparisonRow& b) {
    return a.scored && a.scored == b.scored;
}

std::vector<ComparisonRow> compareRuns(const Project& project) {
    std::vector<ComparisonRow> rows;
    for (const Run& run : project.runs)
        rows.push_back(rowOf(run));
    return rows;
}

SharedSettings sharedSettings(std::span<const ComparisonRow* const> rows) {
    struct Use {
        std::string value;
        std::size_t runs = 0;
        bool differs = false;
    };
    std::map<std::string, Use> uses;
    for (const ComparisonRow* row : rows)
        for (const Setting& setting : row->settings) {
            Use& use = uses[setting.name];
            if (use.runs++ == 0)
                use.value = setting.value;
            use.differs = use.differs || use.value != setting.value;
        }
    SharedSettings shared;
    for (const auto& [name, use] : uses) {
        if (use.differs)
            shared.differing.push_back(name);
        else if (use.runs == rows.size())
            shared.equal.push_back({name, use.value});
    }
    return shared;
}

std::string settingValue(const ComparisonRow& row, const std::string& name) {
    const auto found = std::ranges::lower_bound(row.settings, name, {}, &Setting::name);
    return found == row.settings.end() || found->name != name ? kNone : found->value;
}

std::vector<std::size_t> paretoFront(std::span<const CostAndLoss> points) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order,
                  [&](std::size_t i) { return !std::isfinite(points[i].cost) || !std::isfinite(points[i].loss); });
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::pair(points[a].cost, points[a].loss) < std::pair(points[b].cost, points[b].loss);
    });
    std::vector<std::size_t> front;
    double least = std::numeric_limits<double>::infinity();
    for (const std::size_t i : order)
        if (points[i].loss < least) {
            front.push_back(i);
            least = points[i].loss;
        }
    return front;
}

} // namespace vernier
