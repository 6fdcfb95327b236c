#pragma once

#include "app/cli/arguments.h"
#include "core/curate/set_edit.h"

#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace vernier::cli {

/// What every verb below "sets" reads: the options of "sets" itself, and the name of the set it is about.
struct SetsArguments {
    std::string project, model;
    std::string name;
    bool json = false;
};
using SharedSetsArguments = std::shared_ptr<SetsArguments>;

// Each adds a group of verbs below "sets".
void addShowingSets(CLI::App& sets, const SharedSetsArguments& arguments); ///< list, show
void addChoosingDocuments(CLI::App& sets,
                          const SharedSetsArguments& arguments);              ///< create, add, exclude, keep, multiply
void addManagingSets(CLI::App& sets, const SharedSetsArguments& arguments);   ///< split, rename, duplicate, delete, …
void addExchangingSets(CLI::App& sets, const SharedSetsArguments& arguments); ///< export, import

/// A verb below "sets" about a set, which its first argument names.
CLI::App* addSetVerb(CLI::App& sets, const SharedSetsArguments& arguments, const char* name, const char* help);

/// Makes the outcome of an edit the project's sets, saves it and says what was done.
void saveEdit(Project project, const SetsEdit& edit, const SetsArguments& arguments);

/// A set in JSON, without its documents.
nlohmann::json summaryOf(const CalibrationSet& set, const Corpus& corpus);

} // namespace vernier::cli
