#include "core/workbench/drift.h"

#include "core/base/error.h"
#include "core/workbench/run_statistics.h"
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

/// Compares taps with what is known of them, as they are shown.
class Comparison {
public:
    void know(const TapSpec& tap, const TapStatistics& statistics) { m_known.emplace(tap.name, statistics); }

    void compare(const TapSpec& tap, int block, const TapStatistics& statistics) {
        const auto found = m_known.find(tap.name);
        if (found == m_known.end() || found->second.tokens() == 0 || statistics.tokens() == 0)
            return;
        const TapStatistics& before = found->second;
        m_reports.push_back({tap, block, tapDrift(before, statistics), double{before.min()}, double{before.max()},
                             double{statistics.min()}, double{statistics.max()}});
    }

    std::vector<DriftReport> worstFirst() {
        std::ranges::stable_sort(m_reports, std::ranges::greater(),
                                 [](const DriftReport& report) { return report.drift.divergence; });
        return std::move(m_reports);
    }

private:
    // What is compared of a tap is small beside its Gram: those of a whole calibration are kept.
    std::unordered_map<std::string, TapStatistics> m_known;
    std::vector<DriftReport> m_reports;
};

std::vector<DriftReport> reportRunDrift(Workbench& bench, const Project& project, const DriftRequest& request,
                                        JobContext& job) {
    const Run& run = requireRun(project, request.run);
    Comparison comparison;
    forEachTap(bench, run.calibration, request.taps, job,
               [&](const TapSpec& tap, int, const TapStatistics& statistics) { comparison.know(tap, statistics); });
    const auto model = bench.open(run.calibration.modelFolder, job);
    observeRun(bench, project, run, job, [&](const std::shared_ptr<const BlockStatistics>& block) {
        const std::vector<TapSpec> taps = model->model.spec.taps(block->block);
        for (std::size_t i = 0; i < std::min(taps.size(), block->taps.size()); ++i)
            comparison.compare(taps[i], block->block, block->taps[i]);
    });
    return comparison.worstFirst();
}

} // namespace

std::vector<DriftReport> reportDrift(Workbench& bench, const Project& project, const DriftRequest& request,
                                     JobContext& job) {
    if (!request.run.empty())
        return reportRunDrift(bench, project, request, job);
    const CalibrationRecord& calibrated = chooseCalibrated(project, request);
    const CalibrationRecord& other = chooseCalibration(project, request.against);
    if (calibrated.modelFingerprint != other.modelFingerprint)
        throw Error(ErrorKind::Input, fmt::format("calibration on {}", other.setName),
                    fmt::format("is of another model than that on {}", calibrated.setName),
                    "calibrate one model on both sets");
    Comparison comparison;
    forEachTap(bench, calibrated, request.taps, job,
               [&](const TapSpec& tap, int, const TapStatistics& statistics) { comparison.know(tap, statistics); });
    forEachTap(bench, other, request.taps, job, [&](const TapSpec& tap, int block, const TapStatistics& statistics) {
        comparison.compare(tap, block, statistics);
    });
    return comparison.worstFirst();
}

} // namespace vernier
