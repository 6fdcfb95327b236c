#pragma once

#include "core/store/project.h"

#include <nlohmann/json_fwd.hpp>

namespace vernier {

// The JSON forms of a project's records. Reading throws Error{Input} naming the key that is wrong.

nlohmann::json toJson(const CalibrationRecord& record);
nlohmann::json toJson(const Run& run);
nlohmann::json toJson(const ChosenRange& range);
nlohmann::json toJson(const RunOrder& order);
nlohmann::json toJson(const QueuedRun& queued);
/// Everything about a set but its name and its documents: "purpose" and "recipe".
nlohmann::json detailsToJson(const CalibrationSet& set);
void detailsFromJson(const nlohmann::json& json, CalibrationSet& set);
CalibrationRecord calibrationRecordFromJson(const nlohmann::json& json);
Run runFromJson(const nlohmann::json& json);
ChosenRange chosenRangeFromJson(const nlohmann::json& json);
RunOrder runOrderFromJson(const nlohmann::json& json);
QueuedRun queuedRunFromJson(const nlohmann::json& json);

} // namespace vernier
