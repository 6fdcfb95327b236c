#include "core/workbench/drift.h"

#include "core/base/error.h"
#include "core/workbench/statistics.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace vernier {

namespace {

/// The calibration that is looked at: the one of the set named, else the newest that is not on the set compared with.
const CalibrationRecord& chooseCalibrated(const Project& project, const DriftRequest& request) {
    if (!request.setName.empty())
        return chooseCalibration(project, request.setName);
    for (auto record = project.calibrations.rbegin(); record != project.calibrations.rend(); ++record)
        if (record->setName != request.against)
            return *record;
    throw Error(ErrorKind::Input, "calibration", fmt::format("there is none on another set than {}", request.against),
                "make one with: vernier calibrate PROJECT --set NAME");
}

} // namespace

std::vector<DriftReport> reportDrift(Workbench& bench, const Project& project, const DriftRequest& request,
                                     JobContext& job) {
    const CalibrationRecord& calibrated = chooseCalibrated(project, request);
    const CalibrationRecord& other = chooseCalibration(project, request.against);
    if (calibrated.modelFingerprint != other.modelFingerprint)
        throw Error(ErrorKind::Input, fmt::format("calibration on {}", other.setName),
                    fmt::format("is of another model than that on {}", calibrated.setName),
                    "calibrate one model on both sets");
    // What is compared of a tap is small beside its Gram: those of a whole calibration are kept.
    std::unordered_map<std::string, TapStatistics> known;
    forEachTap(bench, calibrated, request.taps, job,
               [&](const TapSpec& tap, int, const TapStatistics& statistics) { known.emplace(tap.name, statistics); });
    std::vector<DriftReport> reports;
    forEachTap(bench, other, request.taps, job, [&](const TapSpec& tap, int block, const TapStatistics& statistics) {
        const auto found = known.find(tap.name);
        if (found == known.end() || found->second.tokens() == 0 || statistics.tokens() == 0)
            return;
        const TapStatistics& before = found->second;
        reports.push_back({tap, block, tapDrift(before, statistics), double{before.min()}, double{before.max()},
                           double{statistics.min()}, double{statistics.max()}});
    });
    std::ranges::stable_sort(reports, std::ranges::greater(),
                             [](const DriftReport& report) { return report.drift.divergence; });
    return reports;
}

} // namespace vernier
