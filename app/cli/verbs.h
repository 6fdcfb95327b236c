#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace vernier::cli {

// Each adds one verb to the program: its options, its help, and what runs when it was given. A verb that fails throws
// Error.

void addInspect(CLI::App& program);
void addTokenize(CLI::App& program);
void addImport(CLI::App& program);
void addGenerate(CLI::App& program);
void addPreview(CLI::App& program);
void addCalibrate(CLI::App& program);
void addStatistics(CLI::App& program);
void addRanges(CLI::App& program);
void addDrift(CLI::App& program);
void addWeights(CLI::App& program);
void addQuantize(CLI::App& program);
void addEvaluate(CLI::App& program);
void addDiagnose(CLI::App& program);
void addAllocate(CLI::App& program);
void addContinue(CLI::App& program);
void addCompare(CLI::App& program);
void addSweep(CLI::App& program);
void addQueue(CLI::App& program);
void addRecipe(CLI::App& program);
void addRun(CLI::App& program);
void addRuns(CLI::App& program);
void addExport(CLI::App& program);
void addImatrix(CLI::App& program);
void addUnpack(CLI::App& program);
void addSelect(CLI::App& program);
void addDuplicates(CLI::App& program);
void addLeaks(CLI::App& program);
void addLint(CLI::App& program);
void addSets(CLI::App& program);
void addMeasure(CLI::App& program);
void addReport(CLI::App& program);
void addReportCard(CLI::App& program);
void addPlan(CLI::App& program);
void addCache(CLI::App& program);
void addDemo(CLI::App& program);

} // namespace vernier::cli
