#include "core/store/project_json.h"

#include "core/base/error.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/store/settings_json.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

} // namespace

json detailsToJson(const CalibrationSet& set) {
    return {{"purpose", nameOf(set.purpose)}, {"recipe", toJson(set.recipe)}};
}

void detailsFromJson(const json& json, CalibrationSet& set) {
    const JsonFields fields(json, "set");
    set.purpose = choiceFromName<SetPurpose>("purpose", fields.text("purpose"));
    set.recipe = packingRecipeFromJson(fields.member("recipe"));
}

json toJson(const CalibrationRecord& record) {
    json result = {{"model_folder", record.modelFolder},
                   {"model_fingerprint", record.modelFingerprint},
                   {"set", record.setName},
                   {"recipe", toJson(record.recipe)},
                   {"precision", name(record.precision)},
                   {"windows_hash", record.windowsHash},
                   {"windows", record.windows},
                   {"observers", toJson(record.observers)},
                   {"block_keys", record.blockKeys},
                   {"created", record.created},
                   {"seconds", jsonNumber(record.seconds)}};
    if (!record.logitsKey.empty())
        result["logits_key"] = record.logitsKey;
    return result;
}

CalibrationRecord calibrationRecordFromJson(const json& json) {
    const JsonFields fields(json, "calibration");
    CalibrationRecord record;
    record.modelFolder = fields.text("model_folder");
    record.modelFingerprint = fields.text("model_fingerprint");
    record.setName = fields.text("set");
    record.recipe = packingRecipeFromJson(fields.member("recipe"));
    record.precision = precisionIn(fields);
    record.windowsHash = fields.text("windows_hash");
    record.windows = fields.integer("windows", 0, kMost);
    if (const auto* observers = fields.find("observers"))
        record.observers = observerOptionsFromJson(*observers);
    record.blockKeys = fields.texts("block_keys");
    if (fields.find("logits_key"))
        record.logitsKey = fields.text("logits_key");
    record.created = fields.text("created");
    record.seconds = fields.number("seconds");
    return record;
}

json toJson(const Run& run) {
    json result = {{"name", run.name},
                   {"settings", toJson(run.settings)},
                   {"calibration", toJson(run.calibration)},
                   {"block_keys", run.blockKeys},
                   {"reports", json::array()},
                   {"stored_bytes", run.storedBytes},
                   {"parameters", run.parameters},
                   {"other_bytes", run.otherBytes},
                   {"created", run.created},
                   {"seconds", jsonNumber(run.seconds)}};
    for (const LinearReport& report : run.reports)
        result["reports"].push_back(toJson(report));
    if (run.evaluation)
        result["evaluation"] = toJson(*run.evaluation);
    if (!run.tags.empty())
        result["tags"] = run.tags;
    if (!run.note.empty())
        result["note"] = run.note;
    return result;
}

json toJson(const ChosenRange& range) {
    return {{"tap", range.tap}, {"method", methodText(range)}, {"low", range.low}, {"high", range.high}};
}

ChosenRange chosenRangeFromJson(const json& json) {
    const JsonFields fields(json, "chosen range");
    ChosenRange range{fields.text("tap"), chosenMethodFromText(fields.text("method")), fields.number("low"),
                      fields.number("high")};
    range.validate();
    return range;
}

Run runFromJson(const json& json) {
    const JsonFields fields(json, "run");
    Run run;
    run.name = fields.text("name");
    run.settings = quantizeSettingsFromJson(fields.member("settings"));
    run.calibration = calibrationRecordFromJson(fields.member("calibration"));
    run.blockKeys = fields.texts("block_keys");
    if (!fields.member("reports").is_array())
        throw Error(ErrorKind::Input, "reports", "is not a list");
    for (const auto& report : fields.member("reports"))
        run.reports.push_back(linearReportFromJson(report));
    run.storedBytes = fields.count("stored_bytes");
    run.parameters = fields.integer("parameters", 0, kMost);
    run.otherBytes = fields.count("other_bytes");
    run.created = fields.text("created");
    run.seconds = fields.number("seconds");
    if (const auto* evaluation = fields.find("evaluation"))
        run.evaluation = evaluationFromJson(*evaluation);
    if (fields.find("tags"))
        run.tags = fields.texts("tags");
    requireTags(run.tags);
    if (fields.find("note"))
        run.note = fields.text("note");
    requireNote(run.note);
    return run;
}

} // namespace vernier
