#include "core/store/settings_json.h"

#include "core/base/error.h"
#include "core/store/json_fields.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::vector<double> numbersOf(const json& array) {
    std::vector<double> numbers;
    if (!array.is_array())
        throw Error(ErrorKind::Input, "damp_history", "is no array");
    for (const json& number : array) {
        if (!number.is_number())
            throw Error(ErrorKind::Input, "damp_history", "holds something that is no number");
        numbers.push_back(number.get<double>());
    }
    return numbers;
}

} // namespace

Precision precisionIn(const JsonFields& fields) {
    if (!fields.find("precision"))
        return Precision::F32;
    const std::string text = fields.text("precision");
    if (const auto precision = precisionFromName(text))
        return *precision;
    throw Error(ErrorKind::Input, "precision", fmt::format("{} is not known", text), "use f32 or bf16");
}

json toJson(const ObserverOptions& options) {
    return {{"extremes", options.extremes}, {"channel_histograms", options.channelHistograms}};
}

ObserverOptions observerOptionsFromJson(const json& json) {
    const JsonFields fields(json, "observers");
    ObserverOptions options;
    options.extremes = static_cast<std::size_t>(fields.count("extremes"));
    options.channelHistograms = fields.flag("channel_histograms");
    options.validate();
    return options;
}

json toJson(const Evaluation& evaluation) {
    json result = {{"data_name", evaluation.dataName},
                   {"protocol", evaluation.protocol},
                   {"windows", evaluation.windows},
                   {"scored_tokens", evaluation.scoredTokens},
                   {"sequence_length", evaluation.sequenceLength},
                   {"perplexity", jsonNumber(evaluation.perplexity)}};
    if (evaluation.referencePerplexity)
        result["reference_perplexity"] = jsonNumber(*evaluation.referencePerplexity);
    if (evaluation.kl)
        result["kl"] = jsonNumber(*evaluation.kl);
    if (evaluation.top1)
        result["top1"] = jsonNumber(*evaluation.top1);
    for (const GroupScore& group : evaluation.groups) {
        json entry = {
            {"name", group.name}, {"scored_tokens", group.scoredTokens}, {"perplexity", jsonNumber(group.perplexity)}};
        if (group.referencePerplexity)
            entry["reference_perplexity"] = jsonNumber(*group.referencePerplexity);
        if (group.kl)
            entry["kl"] = jsonNumber(*group.kl);
        if (group.top1)
            entry["top1"] = jsonNumber(*group.top1);
        result["groups"].push_back(std::move(entry));
    }
    return result;
}

Evaluation evaluationFromJson(const json& json) {
    const JsonFields fields(json, "evaluation");
    Evaluation evaluation;
    evaluation.dataName = fields.text("data_name");
    evaluation.protocol = fields.text("protocol");
    evaluation.windows = fields.integer("windows", 0, kMost);
    evaluation.scoredTokens = fields.integer("scored_tokens", 0, kMost);
    evaluation.sequenceLength = static_cast<int>(fields.integer("sequence_length", 0, std::numeric_limits<int>::max()));
    evaluation.perplexity = fields.number("perplexity");
    evaluation.referencePerplexity = fields.optionalNumber("reference_perplexity");
    evaluation.kl = fields.optionalNumber("kl");
    evaluation.top1 = fields.optionalNumber("top1");
    if (const auto* groups = fields.find("groups")) {
        if (!groups->is_array())
            throw Error(ErrorKind::Input, "groups", "is no array");
        for (const auto& entry : *groups) {
            const JsonFields group(entry, "group of an evaluation");
            evaluation.groups.push_back({group.text("name"), group.integer("scored_tokens", 0, kMost),
                                         group.number("perplexity"), group.optionalNumber("reference_perplexity"),
                                         group.optionalNumber("kl"), group.optionalNumber("top1")});
        }
    }
    return evaluation;
}

json toJson(const LinearReport& report) {
    return {{"name", report.name},
            {"relative_error", jsonNumber(report.relativeError)},
            {"sqnr_db", jsonNumber(report.sqnrDb)},
            {"stored_bytes", report.storedBytes},
            {"parameters", report.parameters},
            {"how", report.how},
            {"exponent", jsonNumber(report.exponent)},
            {"damp_percent", jsonNumber(report.dampPercent)},
            {"damp_history", report.dampHistory},
            {"dead_columns", report.deadColumns}};
}

LinearReport linearReportFromJson(const json& json) {
    const JsonFields fields(json, "linear's report");
    LinearReport report;
    report.name = fields.text("name");
    report.relativeError = fields.number("relative_error");
    report.sqnrDb = fields.number("sqnr_db");
    report.storedBytes = fields.count("stored_bytes");
    report.parameters = fields.integer("parameters", 0, kMost);
    report.how = fields.find("how") ? fields.text("how") : "";
    report.exponent = fields.number("exponent");
    report.dampPercent = fields.number("damp_percent");
    if (fields.find("damp_history"))
        report.dampHistory = numbersOf(*fields.find("damp_history"));
    report.deadColumns = fields.integer("dead_columns", 0, kMost);
    return report;
}

} // namespace vernier
