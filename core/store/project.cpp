#include "core/store/project.h"

#include <algorithm>

namespace vernier {

namespace {

template <class List>
auto* findByName(List& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

double Run::bitsPerWeight() const {
    return parameters > 0 ? 8.0 * static_cast<double>(storedBytes) / static_cast<double>(parameters) : 0;
}

double Run::meanRelativeError() const {
    double sum = 0;
    for (const LinearReport& report : reports)
        sum += report.relativeError;
    return reports.empty() ? 0 : sum / static_cast<double>(reports.size());
}

const CalibrationSet* Project::findSet(const std::string& name) const {
    return findByName(sets, name);
}

const Run* Project::findRun(const std::string& name) const {
    return findByName(runs, name);
}

Run* Project::findRun(const std::string& name) {
    return findByName(runs, name);
}

} // namespace vernier
