#pragma once

#include "app/cli/console.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>
#include <string>

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>

namespace vernier::cli {

/// The bench every verb works at: cache in the user's cache folder, warnings as lines of the console.
Workbench makeBench(Console& console);

/// The project of a path. Throws Error{Input} when there is none, saying how to make one.
Project requireProject(const std::filesystem::path& path);

/// The run of a name. Throws Error{Input} naming those that there are.

/// The newest calibration of the project, or on that set. Throws Error{Input} saying how to make one.
const CalibrationRecord& requireCalibration(const Project& project, const std::string& set);

/// Adds --precision f32|bf16, which sets precision.
void addPrecision(CLI::App& verb, Precision& precision);

/// The model folder that was named, or else the project's. Throws Error{Input} when there is neither.
std::filesystem::path requireModel(const std::string& named, const Project& project);

/// Prints a JSON document on standard output.
void print(const nlohmann::json& document);

/// "9.8 MB"
std::string megabytes(double bytes);

} // namespace vernier::cli
