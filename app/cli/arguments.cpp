#include "app/cli/arguments.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/store/project_file.h"

#include <cstdio>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier::cli {

Workbench makeBench(Console& console) {
    return Workbench(
        cacheFolder(), [&console](const std::string& line) { console.line(line); }, cacheLimit());
}

Project requireProject(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path))
        throw Error(ErrorKind::Input, path.string(), "there is no such project",
                    "create it with: vernier import PROJECT FILE…");
    return loadProject(path);
}

std::filesystem::path requireModel(const std::string& named, const Project& project) {
    if (named.empty() && project.modelFolder.empty())
        throw Error(ErrorKind::Input, "--model", "the project knows no model yet", "name a model folder");
    return named.empty() ? project.modelFolder : named;
}

void addPrecision(CLI::App& verb, Precision& precision) {
    verb.add_option_function<std::string>(
            "--precision", [&precision](const std::string& text) { precision = precisionFromName(text).value(); },
            "Of the model's matrix products: f32, or bf16 where the processor has units for it")
        ->check(CLI::IsMember({"f32", "bf16"}))
        ->default_str("f32");
}

void print(const nlohmann::json& document) {
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string megabytes(double bytes) {
    return fmt::format("{:.1f} MB", bytes / 1e6);
}

const CalibrationRecord& requireCalibration(const Project& project, const std::string& set) {
    for (auto record = project.calibrations.rbegin(); record != project.calibrations.rend(); ++record)
        if (set.empty() || record->setName == set)
            return *record;
    throw Error(ErrorKind::Input, set.empty() ? "project" : "set " + set, "has not been calibrated",
                "run: vernier calibrate PROJECT --model MODEL" + (set.empty() ? "" : " --set " + set));
}

} // namespace vernier::cli
