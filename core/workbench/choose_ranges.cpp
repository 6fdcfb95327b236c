#include "core/workbench/choose_ranges.h"

#include "core/workbench/statistics.h"

namespace vernier {

std::vector<ChosenRange> chooseRanges(Workbench& bench, const Project& project, const RangeChoice& choice,
                                      JobContext& job) {
    choice.clipping.validate();
    if (!choice.method)
        ChosenRange{choice.taps, std::nullopt, choice.low, choice.high}.validate();
    const CalibrationRecord& record = chooseCalibration(project, choice.setName);
    std::vector<ChosenRange> ranges;
    forEachTap(bench, record, choice.taps, job, [&](const TapSpec& tap, int, const TapStatistics& statistics) {
        if (!choice.method)
            ranges.push_back({tap.name, std::nullopt, choice.low, choice.high});
        else if (statistics.tokens() > 0) {
            const ClippingRange found = findClippingRange(statistics, *choice.method, choice.clipping);
            ranges.push_back({tap.name, choice.method, found.low, found.high});
        }
    });
    return ranges;
}

} // namespace vernier
