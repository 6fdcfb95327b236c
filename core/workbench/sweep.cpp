#include "core/workbench/sweep.h"

#include "core/base/error.h"
#include "core/store/settings_json.h"
#include "core/workbench/quantize.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

template <class Value>
std::vector<Value> orOnly(const std::vector<Value>& axis, Value base) {
    return axis.empty() ? std::vector<Value>{base} : axis;
}

const CalibrationRecord& calibrationOn(const Project& project, const std::string& set) {
    for (auto record = project.calibrations.rbegin(); record != project.calibrations.rend(); ++record)
        if (record->setName == set)
            return *record;
    throw Error(ErrorKind::Input, "set " + set, "has not been calibrated", "calibrate on it first");
}

/// A run of the project that is this point already; null for none.
const Run* knownRun(const Project& project, const SweepPoint& point) {
    const auto settings = toJson(point.settings);
    const auto found = std::ranges::find_if(project.runs, [&](const Run& run) {
        return run.calibration.windowsHash == point.calibration.windowsHash &&
               run.calibration.modelFingerprint == point.calibration.modelFingerprint &&
               toJson(run.settings) == settings;
    });
    return found == project.runs.end() ? nullptr : &*found;
}

} // namespace

std::vector<QuantizeSettings> sweepSettings(const QuantizeSettings& base, const SweepAxes& axes) {
    std::vector<QuantizeSettings> all;
    for (const Method method : orOnly(axes.methods, base.method))
        for (const int bits : orOnly(axes.bits, base.scheme.bits))
            for (const int groupSize : orOnly(axes.groupSizes, base.scheme.groupSize)) {
                QuantizeSettings settings = base;
                settings.method = method;
                settings.scheme.bits = bits;
                settings.scheme.groupSize = groupSize;
                try {
                    settings.validate();
                } catch (const Error& error) {
                    throw Error(error.kind(), fmt::format("{}, {} bits, groups of {}", name(method), bits, groupSize),
                                error.what());
                }
                all.push_back(std::move(settings));
            }
    return all;
}

std::vector<SweepPoint> sweepPoints(const Project& project, const QuantizeSettings& base,
                                    const CalibrationRecord& calibration, const SweepAxes& axes) {
    std::vector<SweepPoint> points;
    std::set<std::string> seen;
    for (const std::string& set : orOnly(axes.sets, calibration.setName))
        for (const QuantizeSettings& settings : sweepSettings(base, axes)) {
            SweepPoint point{settings, set == calibration.setName ? calibration : calibrationOn(project, set)};
            if (seen.insert(toJson(point.settings).dump() + point.calibration.windowsHash).second)
                points.push_back(std::move(point));
        }
    return points;
}

void runSweep(Workbench& bench, Project& project, const std::vector<SweepPoint>& points,
              const std::optional<EvaluationData>& data, JobContext& job, const std::function<void(const Run&)>& made) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const SweepPoint& point = points[i];
        job.throwIfCancelled();
        const Run* known = knownRun(project, point);
        const std::string name = known ? known->name : freeRunName(project, point.settings, point.calibration.setName);
        job.log(fmt::format("sweep, {} of {}: {}", i + 1, points.size(), name));
        remember(project, quantize(bench, project, {name, point.settings, point.calibration}, job).run);
        Run& run = *project.findRun(name);
        if (data)
            run.evaluation = evaluateRun(bench, project, run, *data, job).evaluation;
        if (made)
            made(run);
    }
}

} // namespace vernier
