#include "app/cli/report_card_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace vernier::cli {

namespace {

using nlohmann::json;

json number(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

json numbers(const std::vector<double>& values) {
    json list = json::array();
    for (const double value : values)
        list.push_back(number(value));
    return list;
}

json toJson(const std::vector<MixShare>& shares) {
    json list = json::array();
    for (const MixShare& share : shares)
        list.push_back(
            {{"name", share.name}, {"documents", share.documents}, {"tokens", share.tokens}, {"share", share.share}});
    return list;
}

json tapsToJson(const ReportCard& card) {
    json list = json::array();
    for (std::size_t i = 0; i < card.taps.size(); ++i) {
        const TapHealth& tap = card.taps[i];
        const TapConvergence& moved = card.convergence.taps[i];
        list.push_back({{"tap", tap.tap},
                        {"block", tap.block},
                        {"tokens", tap.gram.tokens},
                        {"channels", tap.gram.channels},
                        {"numerical_rank", tap.gram.numericalRank},
                        {"effective_rank", tap.gram.effectiveRank},
                        {"log10_condition", tap.gram.log10Condition},
                        {"dead_channels", tap.gram.deadChannels},
                        {"channel_coverage", tap.gram.channelCoverage},
                        {"estimated", tap.gram.estimated},
                        {"gram_change", numbers(moved.gramChange)},
                        {"range_growth", numbers(moved.rangeGrowth)}});
    }
    return list;
}

json toJson(const std::vector<ConvergenceStep>& steps) {
    json list = json::array();
    for (const ConvergenceStep& step : steps)
        list.push_back({{"from", step.from},
                        {"to", step.to},
                        {"worst_change", number(step.worstChange)},
                        {"median_change", number(step.medianChange)},
                        {"worst_growth", number(step.worstGrowth)},
                        {"median_growth", number(step.medianGrowth)},
                        {"worst_tap", step.worstTap}});
    return list;
}

json rows(const CrossMatrix& matrix, const std::vector<double>& values) {
    json list = json::array();
    for (std::size_t a = 0; a < matrix.groups.size(); ++a) {
        json row = json::array();
        for (std::size_t b = 0; b < matrix.groups.size(); ++b)
            row.push_back(number(values[matrix.at(a, b)]));
        list.push_back(std::move(row));
    }
    return list;
}

json toJson(const CrossMatrix& matrix) {
    json leftOut = json::array();
    for (const CrossMatrix::LeftOut& group : matrix.leftOut)
        leftOut.push_back({{"group", group.group}, {"documents", group.documents}, {"reason", group.reason}});
    return {{"by", name(matrix.by)},
            {"block", matrix.block},
            {"windows", matrix.windows},
            {"groups", matrix.groups},
            {"error", rows(matrix, matrix.error)},
            {"relative", rows(matrix, matrix.relative)},
            {"gram_distance", rows(matrix, matrix.gramDistance)},
            {"left_out", std::move(leftOut)}};
}

} // namespace

json toJson(const ReportCard& card) {
    json all = {{"set", card.setName},
                {"model", card.modelFolder.string()},
                {"windows", card.windows},
                {"sequence_length", card.sequenceLength},
                {"tokens", card.tokens},
                {"documents", card.documents},
                {"documents_of_set", card.documentsAll},
                {"mix",
                 {{"domains", toJson(card.mix.domains)},
                  {"languages", toJson(card.mix.languages)},
                  {"roles", toJson(card.mix.roles)}}},
                {"taps", tapsToJson(card)},
                {"never_routed_to", card.neverRouted},
                {"convergence", toJson(card.convergence.steps)},
                {"verdict",
                 {{"enough", card.verdict.enough},
                  {"windows", card.verdict.windows},
                  {"threshold", card.verdict.threshold},
                  {"last_change", number(card.verdict.lastChange)},
                  {"text", card.verdict.text}}}};
    if (card.matrix)
        all["matrix"] = toJson(*card.matrix);
    return all;
}

} // namespace vernier::cli
