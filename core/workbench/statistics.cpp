#include "core/workbench/statistics.h"

#include "core/base/error.h"
#include "core/workbench/calibrate.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <fnmatch.h>

namespace vernier {

namespace {

bool fits(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// What the values of a calibration are named with; tokens is null when they are not known any more.
struct Names {
    const Project& project;
    const Tokenizer& tokenizer;
    const CalibrationTokens* tokens;
};

ChannelRanges channelRanges(const TapStatistics& tap, ClippingMethod method, const ClippingOptions& options) {
    ChannelRanges chosen{method, findChannelRanges(tap, method, options)};
    double signal = 0;
    for (std::size_t c = 0; c < chosen.ranges.size(); ++c) {
        const double rms = tap.channels.rms(static_cast<Index>(c));
        signal += rms * rms;
        chosen.meanSquaredError += chosen.ranges[c].meanSquaredError;
        chosen.saturatedShare += chosen.ranges[c].saturatedShare;
    }
    const auto channels = static_cast<double>(std::max<std::size_t>(chosen.ranges.size(), 1));
    chosen.sqnrDb = 10 * std::log10(signal / chosen.meanSquaredError);
    chosen.meanSquaredError /= channels; // every channel has as many values
    chosen.saturatedShare /= channels;
    return chosen;
}

TapReport report(const TapSpec& spec, int block, const TapStatistics& tap, const StatisticsRequest& request,
                 const Names& names) {
    TapReport result;
    result.tap = spec;
    result.block = block;
    result.tokens = tap.tokens();
    result.channels = tap.channels.channels();
    if (tap.tokens() == 0)
        return result;
    result.min = double{tap.min()};
    result.max = double{tap.max()};
    result.mean = tap.mean();
    result.rms = tap.rms();
    result.kurtosis = tap.kurtosis();
    result.outlierRatio = tap.outlierRatio();
    result.outliers = tap.outlierChannels(request.outlierFactor);
    for (const ClippingMethod method : kClippingMethods)
        result.ranges.push_back(findClippingRange(tap, method, request.clipping));
    for (const ClippingMethod method : kClippingMethods)
        if (!tap.channelHistograms.empty() && method != ClippingMethod::MovingAverage)
            result.channelRanges.push_back(channelRanges(tap, method, request.clipping));
    const std::vector<ExtremeValue> kept = keptValues(tap, request.kept);
    for (const ExtremeValue& value : std::span(kept).first(std::min(request.extremes, kept.size())))
        result.extremes.push_back(names.tokens
                                      ? nameToken(names.project, *names.tokens, names.tokenizer, value, request.around)
                                      : ReportedExtreme{.extreme = value});
    return result;
}

[[noreturn]] void refuseLost(const CalibrationRecord& record, const std::string& what) {
    throw Error(ErrorKind::Input, fmt::format("calibration on {}", record.setName),
                fmt::format("the cache no longer has {}", what), "make it again with: vernier calibrate PROJECT");
}

} // namespace

void StatisticsRequest::validate() const {
    clipping.validate();
    if (!(outlierFactor > 0))
        throw Error(ErrorKind::Input, "outlier_factor", fmt::format("{} is not above 0", outlierFactor));
}

const CalibrationRecord& chooseCalibration(const Project& project, const std::string& setName) {
    for (auto record = project.calibrations.rbegin(); record != project.calibrations.rend(); ++record)
        if (setName.empty() || record->setName == setName)
            return *record;
    throw Error(ErrorKind::Input, "calibration",
                setName.empty() ? "the project has none" : fmt::format("none was made on the set {}", setName),
                "make one with: vernier calibrate PROJECT");
}

void forEachTap(Workbench& bench, const CalibrationRecord& record, const std::string& pattern, JobContext& job,
                const std::function<void(const TapSpec&, int, const TapStatistics&)>& onTap) {
    const auto model = bench.open(record.modelFolder, job);
    bool any = false;
    const auto wanted = [&](const TapSpec& tap) { return fits(pattern, tap.name); };
    const auto show = [&](const TapSpec& tap, int block, const TapStatistics& statistics) {
        job.throwIfCancelled();
        onTap(tap, block, statistics);
        any = true;
    };
    job.beginStage("read the calibration", record.blockKeys.size());
    for (int block = 0; block < static_cast<int>(record.blockKeys.size()); ++block) {
        const std::vector<TapSpec> taps = model->model.spec.taps(block);
        if (std::ranges::any_of(taps, wanted)) {
            const auto statistics = loadBlockStatistics(bench, record, block);
            if (!statistics)
                refuseLost(record, fmt::format("block {}", block));
            for (std::size_t i = 0; i < std::min(taps.size(), statistics->taps.size()); ++i)
                if (wanted(taps[i]))
                    show(taps[i], block, statistics->taps[i]);
        }
        job.advance();
    }
    if (const TapSpec logits = model->model.spec.logitsTap(); !record.logitsKey.empty() && wanted(logits)) {
        const auto statistics = loadLogits(bench, record);
        if (!statistics)
            refuseLost(record, "the logits");
        show(logits, -1, *statistics);
    }
    if (!any)
        throw Error(ErrorKind::Input, "tap", fmt::format("no tap fits {}", pattern),
                    "names look like model.layers.3.mlp.down_proj:input; * stands for anything");
}

void reportStatistics(Workbench& bench, const Project& project, const StatisticsRequest& request, JobContext& job,
                      const std::function<void(const TapReport&)>& onTap) {
    request.validate();
    const CalibrationRecord& record = chooseCalibration(project, request.setName);
    const auto model = bench.open(record.modelFolder, job);
    const auto tokens = calibrationTokens(project, record, *model, job);
    const Names names{project, model->tokenizer, tokens ? &*tokens : nullptr};
    forEachTap(bench, record, request.taps, job, [&](const TapSpec& tap, int block, const TapStatistics& statistics) {
        onTap(report(tap, block, statistics, request, names));
    });
}

} // namespace vernier
