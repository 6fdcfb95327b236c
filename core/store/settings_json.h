#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_model.h"

#include <nlohmann/json_fwd.hpp>

namespace vernier {

class JsonFields;

// The JSON forms of settings and reports: in the project file, in cache keys and in --json output. Keys are the field's
// own names. Numbers come back exactly; infinities and NaN are written as the words "Infinity", "-Infinity" and "NaN".

nlohmann::json toJson(const Scheme& scheme);
/// Holds only the fields that the method uses, so that equal work has equal keys.
nlohmann::json toJson(const QuantizeSettings& settings);
nlohmann::json toJson(const ObserverOptions& options);
nlohmann::json toJson(const Evaluation& evaluation);
nlohmann::json toJson(const LinearReport& report);

// Reading wants the keys that every version has written, gives others their default, and ignores what it does not know.
// Throws Error{Input} naming the key that is missing, of another type or out of range.
Scheme schemeFromJson(const nlohmann::json& json);
QuantizeSettings quantizeSettingsFromJson(const nlohmann::json& json);
ObserverOptions observerOptionsFromJson(const nlohmann::json& json);
Evaluation evaluationFromJson(const nlohmann::json& json);
LinearReport linearReportFromJson(const nlohmann::json& json);
/// The key "precision"; F32 when absent, as it was before there was a choice.
Precision precisionIn(const JsonFields& fields);

} // namespace vernier
