#pragma once

#include "core/evaluate/paired_bootstrap.h"
#include "core/workbench/compare.h"
#include "core/workbench/diagnose.h"
#include "core/workbench/report/environment.h"
#include "core/workbench/report/set_manifest.h"
#include "core/workbench/workbench.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Says what a report is about.
struct ReportRequest {
    std::string title;             ///< what the project is called
    std::vector<std::string> runs; ///< names; empty: all of the project. The baseline is always among them
    /// The run that others are compared with; unset: the one that is pinned, empty: none.
    std::optional<std::string> baseline = {};
};

/// Is a token that a run predicts much worse than full precision.
struct SufferingToken {
    std::string before, token; ///< texts; may hold parts of UTF-8 sequences
    std::int64_t window = 0, position = 0;
    double referenceNll = 0, nll = 0; ///< nats
};

/// Holds what the cache knows of where one run loses; what it does not know is empty.
struct ReportedDiagnosis {
    std::string run, text; ///< the text it was measured on
    std::int64_t windows = 0;
    std::vector<BlockErrors> growth;
    std::vector<LinearSensitivity> sensitivities;
    std::vector<SufferingToken> worst; ///< the worst first
};

/// Holds all that a report says, with no need of project, model and cache any more.
struct Report {
    std::string title;
    std::string baseline;
    std::vector<Run> runs;
    std::vector<ComparisonRow> rows; ///< like runs
    std::vector<SetManifest> sets;   ///< that the runs were calibrated on
    std::vector<ReportedDiagnosis> diagnoses;
    /// By run, against the baseline on its text, where the cache has the losses of both token by token.
    std::map<std::string, PairedComparison> paired;
    ReportEnvironment environment;
    std::vector<std::string> notes; ///< what could not be told, and why
};

/// The part of a report that needs nothing but the project: runs and their comparison. Throws Error{Input} naming the
/// runs there are for one that the project has not, or when it has none.
Report collectRuns(const Project& project, const ReportRequest& request);

/// All of it: also sets, environment, and from the cache what is known of errors and tokens. Computes no forward pass;
/// a model that is gone, or a cleared cache, leaves a note. Progress counts runs looked up. Throws Cancelled.
Report collectReport(Workbench& bench, const Project& project, const ReportRequest& request, JobContext& job);

} // namespace vernier
