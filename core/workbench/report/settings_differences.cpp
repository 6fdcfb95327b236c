#include "core/workbench/report/settings_differences.h"

#include "core/store/recipe_json.h"
#include "core/store/settings_json.h"
#include "core/workbench/flat_settings.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;
using Settings = std::map<std::string, std::string>;

std::string valueText(const json& value) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Settings settingsOf(const Run& run) {
    Settings settings;
    const auto keep = [&](const std::string& key, const json& value) { settings[key] = valueText(value); };
    forEachSetting(toJson(run.settings), keep);
    forEachSetting(toJson(run.calibration.recipe), keep, "calibration.recipe.");
    settings["calibration.set"] = run.calibration.setName;
    settings["calibration.windows"] = fmt::format("{}", run.calibration.windows);
    settings["model"] = run.calibration.modelFingerprint.substr(0, 12);
    return settings;
}

std::string valueIn(const Settings& settings, const std::string& key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string() : found->second;
}

/// Whether having a setting follows from the method: no two runs of one method differ in it.
bool followsFromMethod(const std::vector<Run>& runs, const std::vector<Settings>& all, const std::string& key) {
    std::map<Method, bool> has;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        const bool hasIt = all[run].contains(key);
        if (has.emplace(runs[run].settings.method, hasIt).first->second != hasIt)
            return false;
    }
    return has.size() > 1;
}

} // namespace

SettingDifferences settingDifferences(const std::vector<Run>& runs) {
    std::vector<Settings> all;
    std::map<std::string, std::map<std::string, std::size_t>> counts; // key, value, runs
    for (const Run& run : runs)
        for (const auto& [key, value] : all.emplace_back(settingsOf(run)))
            ++counts[key][value];
    SettingDifferences differences;
    differences.values.resize(runs.size());
    for (const auto& [key, values] : counts) {
        if (values.size() == 1 && values.begin()->second == runs.size()) {
            differences.common.emplace_back(key, values.begin()->first);
            continue;
        }
        if (values.size() == 1 && followsFromMethod(runs, all, key)) {
            MethodSetting& setting = differences.ofMethods.emplace_back(MethodSetting{key, values.begin()->first, {}});
            for (std::size_t run = 0; run < runs.size(); ++run)
                if (all[run].contains(key))
                    setting.runs.push_back(run);
            continue;
        }
        differences.keys.push_back(key);
        std::map<std::string, std::size_t> withAbsent;
        for (std::size_t run = 0; run < runs.size(); ++run) {
            differences.values[run].push_back(valueIn(all[run], key));
            ++withAbsent[differences.values[run].back()];
        }
        const auto most = std::ranges::max_element(withAbsent, {}, [](const auto& entry) { return entry.second; });
        const auto holder = std::ranges::find_if(
            differences.values, [&](const std::vector<std::string>& row) { return row.back() == most->first; });
        differences.usual.push_back(static_cast<std::size_t>(holder - differences.values.begin()));
    }
    return differences;
}

} // namespace vernier
