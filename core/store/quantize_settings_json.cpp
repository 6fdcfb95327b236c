#include "core/base/error.h"
#include "core/store/json_fields.h"
#include "core/store/project_json.h"
#include "core/store/settings_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

// What a project or recipe does not name keeps its default, so that those written before a field existed mean what they
// meant.
void read(const JsonFields& fields, const char* key, int& value) {
    if (fields.find(key))
        value = fields.smallInteger(key);
}
void read(const JsonFields& fields, const char* key, double& value) {
    if (fields.find(key))
        value = fields.number(key);
}
void read(const JsonFields& fields, const char* key, bool& value) {
    if (fields.find(key))
        value = fields.flag(key);
}
template <class Value, class FromName>
void read(const JsonFields& fields, const char* key, Value& value, FromName fromName) {
    if (fields.find(key))
        value = fromName(fields.text(key));
}

json rangesToJson(const RangeOptions& ranges) {
    json result = {{"rule", name(ranges.rule)}};
    if (ranges.searches()) {
        result["mse"] = jsonNumber(ranges.mseNorm);
        result["mse_steps"] = ranges.mseSteps;
        result["mse_max_shrink"] = jsonNumber(ranges.mseMaxShrink);
    }
    if (ranges.mseWeighted)
        result["mse_weighted"] = true;
    if (ranges.refit)
        result["refit"] = true;
    return result;
}

RangeOptions rangesFromJson(const json& source) {
    const JsonFields fields(source, "ranges");
    RangeOptions ranges;
    read(fields, "rule", ranges.rule, rangeRuleFromName);
    read(fields, "mse", ranges.mseNorm);
    read(fields, "mse_steps", ranges.mseSteps);
    read(fields, "mse_max_shrink", ranges.mseMaxShrink);
    read(fields, "mse_weighted", ranges.mseWeighted);
    read(fields, "refit", ranges.refit);
    return ranges;
}

json toJson(const ActivationScheme& scheme) {
    json result = json::object();
    if (scheme.rounds()) {
        result = {{"bits", scheme.bits}, {"grids", name(scheme.grids)}, {"symmetric", scheme.symmetric}};
        if (scheme.isStatic())
            result["ranges"] = name(scheme.ranges);
        if (scheme.isStatic() && scheme.ranges == ClippingMethod::Percentile)
            result["percentile"] = jsonNumber(scheme.percentile);
    }
    if (scheme.isStatic())
        for (const ChosenRange& range : scheme.chosen)
            result["chosen"].push_back(toJson(range));
    if (scheme.roundsCache())
        result["kv_bits"] = scheme.keyValueBits;
    return result;
}

ActivationScheme activationSchemeFromJson(const json& source) {
    const JsonFields fields(source, "activations");
    ActivationScheme scheme;
    read(fields, "bits", scheme.bits);
    read(fields, "grids", scheme.grids, activationGridsFromName);
    read(fields, "symmetric", scheme.symmetric);
    read(fields, "ranges", scheme.ranges, clippingMethodFromName);
    read(fields, "percentile", scheme.percentile);
    read(fields, "kv_bits", scheme.keyValueBits);
    if (const auto* chosen = fields.find("chosen")) {
        if (!chosen->is_array())
            throw Error(ErrorKind::Input, "chosen", "is no array");
        for (const auto& range : *chosen)
            scheme.chosen.push_back(chosenRangeFromJson(range));
    }
    return scheme;
}

json toJson(const LinearOverride& change) {
    json result = {{"pattern", change.pattern}};
    if (change.skip)
        result["skip"] = true;
    if (change.bits)
        result["bits"] = *change.bits;
    if (change.groupSize)
        result["group_size"] = *change.groupSize;
    if (change.symmetric)
        result["symmetric"] = *change.symmetric;
    if (change.format)
        result["format"] = name(*change.format);
    if (change.method)
        result["method"] = name(*change.method);
    return result;
}

LinearOverride overrideFromJson(const json& source) {
    const JsonFields fields(source, "override");
    LinearOverride change;
    change.pattern = fields.text("pattern");
    read(fields, "skip", change.skip);
    if (fields.find("bits"))
        change.bits = fields.smallInteger("bits");
    if (fields.find("group_size"))
        change.groupSize = fields.smallInteger("group_size");
    if (fields.find("symmetric"))
        change.symmetric = fields.flag("symmetric");
    if (fields.find("format"))
        change.format = numberFormatFromName(fields.text("format"));
    if (fields.find("method"))
        change.method = methodFromName(fields.text("method"));
    return change;
}

} // namespace

json toJson(const Scheme& scheme) {
    json result = {{"bits", scheme.bits}, {"group_size", scheme.groupSize}, {"symmetric", scheme.symmetric}};
    if (scheme.format != NumberFormat::Integer)
        result["format"] = name(scheme.format);
    if (scheme.scaleType != ScaleType::F32)
        result["scale_type"] = name(scheme.scaleType);
    return result;
}

Scheme schemeFromJson(const json& source) {
    const JsonFields fields(source, "scheme");
    Scheme scheme;
    scheme.bits = fields.smallInteger("bits");
    scheme.groupSize = fields.smallInteger("group_size");
    scheme.symmetric = fields.flag("symmetric");
    read(fields, "format", scheme.format, numberFormatFromName);
    read(fields, "scale_type", scheme.scaleType, scaleTypeFromName);
    scheme.validate();
    return scheme;
}

json toJson(const QuantizeSettings& settings) {
    json result = toJson(settings.scheme);
    result["method"] = name(settings.method);
    result["precision"] = name(settings.precision);
    if (settings.ranges != RangeOptions{})
        result["ranges"] = rangesToJson(settings.ranges);
    if (settings.grams != GramSource::QuantizedPrefix)
        result["grams"] = name(settings.grams);
    if (settings.trueSequential)
        result["true_sequential"] = true;
    if (usesGptq(settings.method)) {
        result["damp_percent"] = jsonNumber(settings.dampPercent);
        result["damp_increment"] = jsonNumber(settings.dampIncrement);
        result["block_columns"] = settings.blockColumns;
        result["order"] = name(settings.order);
        result["static_groups"] = settings.staticGroups;
        result["group_grids"] = name(settings.groupGrids);
        if (settings.driftCorrection > 0)
            result["drift_correction"] = jsonNumber(settings.driftCorrection);
    }
    if (usesAwq(settings.method)) {
        result["grid_points"] = settings.gridPoints;
        result["duo_scaling"] = name(settings.duoScaling);
        result["clip_search"] = settings.clipSearch;
    }
    if (usesSmoothQuant(settings.method))
        result["smooth_strength"] = jsonNumber(settings.smoothStrength);
    if ((usesAwq(settings.method) || usesSmoothQuant(settings.method)) && settings.foldableOnly)
        result["foldable_only"] = true;
    if (settings.activations.rounds() || settings.activations.roundsCache())
        result["activations"] = toJson(settings.activations);
    for (const LinearOverride& change : settings.overrides)
        result["overrides"].push_back(toJson(change));
    return result;
}

QuantizeSettings quantizeSettingsFromJson(const json& source) {
    const JsonFields fields(source, "quantization settings");
    QuantizeSettings settings;
    settings.method = methodFromName(fields.text("method"));
    settings.precision = precisionIn(fields);
    settings.scheme = schemeFromJson(source);
    if (const auto* ranges = fields.find("ranges"))
        settings.ranges = rangesFromJson(*ranges);
    read(fields, "grams", settings.grams, gramSourceFromName);
    read(fields, "true_sequential", settings.trueSequential);
    if (usesGptq(settings.method)) {
        settings.dampPercent = fields.number("damp_percent");
        settings.blockColumns = fields.smallInteger("block_columns");
    }
    read(fields, "damp_increment", settings.dampIncrement);
    read(fields, "order", settings.order, columnOrderFromName);
    read(fields, "static_groups", settings.staticGroups);
    bool actOrder = false; // what a project of format 2 calls activation order with static groups
    read(fields, "desc_act", actOrder);
    if (actOrder && !fields.find("order")) {
        settings.order = ColumnOrder::Activation;
        settings.staticGroups = true;
    }
    read(fields, "group_grids", settings.groupGrids, groupGridsFromName);
    read(fields, "drift_correction", settings.driftCorrection);
    if (usesAwq(settings.method))
        settings.gridPoints = fields.smallInteger("grid_points");
    read(fields, "duo_scaling", settings.duoScaling, duoScalingFromName);
    read(fields, "clip_search", settings.clipSearch);
    read(fields, "foldable_only", settings.foldableOnly);
    read(fields, "smooth_strength", settings.smoothStrength);
    if (const auto* activations = fields.find("activations"))
        settings.activations = activationSchemeFromJson(*activations);
    if (const auto* overrides = fields.find("overrides")) {
        if (!overrides->is_array())
            throw Error(ErrorKind::Input, "overrides", "is no array");
        for (const auto& change : *overrides)
            settings.overrides.push_back(overrideFromJson(change));
    }
    settings.validate();
    return settings;
}

} // namespace vernier
