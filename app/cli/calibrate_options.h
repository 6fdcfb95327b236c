#pragma once

#include "app/cli/recipe_options.h"
#include "core/store/project.h"
#include "core/workbench/calibrate.h"
#include "core/workbench/calibration_plan.h"

#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>

namespace vernier::cli {

/// What calibrate and plan are told in the same words.
struct CalibrateOptions {
    std::string project, model, set, memoryLimit;
    Precision precision = Precision::F32;
    RecipeOptions recipe;
    std::vector<std::string> observe;
    bool json = false;
};

/// Adds the options to a verb; options must live as long as the program.
void addCalibrateOptions(CLI::App& verb, CalibrateOptions& options);

/// The request they make, with the project's model where none is named. Throws Error{Input} when there is none.
CalibrateRequest requestOf(const CalibrateOptions& options, const Project& project);

/// Bytes of --memory-limit; 0 when it was not given.
std::uint64_t memoryLimitOf(const CalibrateOptions& options);

/// A plan as lines of text, and as JSON.
std::string planText(const CalibrationPlan& plan);
nlohmann::json planJson(const CalibrationPlan& plan);

} // namespace vernier::cli
