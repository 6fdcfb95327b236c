#pragma once

#include "core/calibrate/histogram.h"
#include "core/quantize/weight_numbers.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// The weight of a linear as the model has it, by its full name. Throws Error{Input} for a name the model does not
/// have.
LinearWeights originalWeights(const Workbench::OpenModel& model, const std::string& linear, JobContext& job);

/// The weight of a linear with what a run made of it. Throws Error{Input} for a name the model does not have, Error{Io}
/// when the cache has lost the codes.
LinearWeights runWeights(Workbench& bench, const Run& run, const std::string& linear, JobContext& job);

/// How often each weight occurs in some linears together. Throws as originalWeights.
Histogram weightHistogram(const Workbench::OpenModel& model, const std::vector<std::string>& linears, JobContext& job);

/// Says what a run made of one linear.
struct WeightReport {
    std::string name;
    int block = 0;
    bool isQuantized = false;   ///< false: kept in full precision, and only what is known of the original is set
    Scheme scheme{};            ///< of its codes
    bool hasGroupIndex = false; ///< columns belong to groups by a list (g_idx)
    WeightNumbers numbers;
    std::optional<double> outputError; ///< tr(dW H dWᵀ) / tr(W H Wᵀ), as the run reported it
};

/// Reports on the linears of a run whose full names fit a pattern with '*' and '?', in the order of the model. Codes
/// that the cache no longer has are solved again. Throws Error{Input} when no linear fits. Progress counts linears.
void reportWeights(Workbench& bench, const Project& project, const Run& run, const std::string& pattern,
                   JobContext& job, const std::function<void(const WeightReport&)>& onLinear);

} // namespace vernier
