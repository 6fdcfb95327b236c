#include "core/store/project_json.h"

#include "core/base/names.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/store/settings_json.h"

#include <array>
#include <limits>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kStates = {"waiting", "failed", "cancelled"}; // as the enum counts

json toJson(const EvaluationData& data) {
    json result = {{"set", data.setName},
                   {"sequence_length", data.sequenceLength},
                   {"precision", name(data.precision)},
                   {"protocol", name(data.protocol)}};
    for (const auto& file : data.files)
        result["files"].push_back(file.string());
    if (data.separator)
        result["separator"] = nameOf(*data.separator);
    if (data.maxWindows)
        result["max_windows"] = *data.maxWindows;
    return result;
}

EvaluationData evaluationDataFromJson(const json& stored) {
    const JsonFields fields(stored, "evaluation");
    EvaluationData data;
    data.setName = fields.text("set");
    data.sequenceLength = static_cast<int>(fields.integer("sequence_length", 2, std::numeric_limits<int>::max()));
    data.precision = precisionIn(fields);
    data.protocol = protocolFromName(fields.text("protocol"));
    if (fields.find("files"))
        for (const std::string& file : fields.texts("files"))
            data.files.emplace_back(file);
    if (fields.find("separator"))
        data.separator = choiceFromName<Separator>("separator", fields.text("separator"));
    if (fields.find("max_windows"))
        data.maxWindows = static_cast<int>(fields.integer("max_windows", 0, std::numeric_limits<int>::max()));
    return data;
}

} // namespace

json toJson(const RunOrder& order) {
    json result = {{"name", order.name},
                   {"model_folder", order.modelFolder.string()},
                   {"set", order.setName},
                   {"recipe", toJson(order.recipe)},
                   {"precision", name(order.precision)},
                   {"observers", toJson(order.observers)},
                   {"settings", toJson(order.settings)}};
    if (order.evaluation)
        result["evaluation"] = toJson(*order.evaluation);
    return result;
}

RunOrder runOrderFromJson(const json& stored) {
    const JsonFields fields(stored, "order");
    RunOrder order;
    order.name = fields.text("name");
    order.modelFolder = fields.text("model_folder");
    order.setName = fields.text("set");
    order.recipe = packingRecipeFromJson(fields.member("recipe"));
    order.precision = precisionIn(fields);
    order.observers = observerOptionsFromJson(fields.member("observers"));
    order.settings = quantizeSettingsFromJson(fields.member("settings"));
    order.evaluation.reset();
    if (const auto* evaluation = fields.find("evaluation"))
        order.evaluation = evaluationDataFromJson(*evaluation);
    return order;
}

json toJson(const QueuedRun& queued) {
    json result = {{"order", toJson(queued.order)}, {"state", kStates.at(static_cast<std::size_t>(queued.state))}};
    if (queued.state == QueuedState::Failed)
        result["error"] = queued.error;
    return result;
}

QueuedRun queuedRunFromJson(const json& stored) {
    const JsonFields fields(stored, "queued run");
    QueuedRun queued;
    queued.order = runOrderFromJson(fields.member("order"));
    queued.state = valueOfName<QueuedState>(kStates, fields.text("state"), "state");
    if (queued.state == QueuedState::Failed && fields.find("error"))
        queued.error = fields.text("error");
    return queued;
}

} // namespace vernier
