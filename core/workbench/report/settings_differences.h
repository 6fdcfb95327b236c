#pragma once

#include "core/store/project.h"

#include <string>
#include <utility>
#include <vector>

namespace vernier {

/// Is a setting of some methods on which the runs of those methods agree.
struct MethodSetting {
    std::string key, value;
    std::vector<std::size_t> runs;
};

/// The settings of runs, told apart: those that all share, and a column for each that differs.
struct SettingDifferences {
    std::vector<std::pair<std::string, std::string>> common; ///< key and value
    std::vector<MethodSetting> ofMethods;
    std::vector<std::string> keys;                ///< of the settings that differ
    std::vector<std::vector<std::string>> values; ///< [run][key]; empty where the run does not have it
    std::vector<std::size_t> usual;               ///< by key: a run that has its most common value
};

/// Lays settings and calibration of runs side by side by the keys of their JSON, "ranges.mse" for an inner one. One run
/// shares all with itself.
SettingDifferences settingDifferences(const std::vector<Run>& runs);

} // namespace vernier
