#include "core/store/project.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace {

template <class List>
auto* findByName(List& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
    return found == list.end() ? nullptr : &*found;
}

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestTag = 60;
constexpr std::size_t kMostTags = 20;
constexpr std::size_t kLongestNote = 10'000;

/// Whether text can stand on one line: valid UTF-8 without control characters, something else than spaces.
bool isLine(std::string_view text) {
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return text.find_first_not_of(' ') != std::string_view::npos && std::ranges::none_of(text, isControl) &&
           countInvalidUtf8(text) == 0;
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

const Run& requireRun(const Project& project, const std::string& name) {
    if (const Run* run = project.findRun(name))
        return *run;
    std::vector<std::string> names;
    for (const Run& run : project.runs)
        names.push_back(run.name);
    throw Error(ErrorKind::Input, "run " + name, "is not in the project",
                names.empty() ? "make one with: vernier quantize PROJECT"
                              : fmt::format("the project has {}", fmt::join(names, ", ")));
}

void requireRunName(const std::string& name) {
    if (!isLine(name) || name.size() > kLongestName)
        throw Error(ErrorKind::Input, "name of the run", "is empty, too long or not one line of UTF-8",
                    fmt::format("choose one of 1 to {} bytes", kLongestName));
}

void requireTags(const std::vector<std::string>& tags) {
    if (tags.size() > kMostTags)
        throw Error(ErrorKind::Input, "tags of the run", fmt::format("are {}", tags.size()),
                    fmt::format("keep to {}", kMostTags));
    for (const std::string& tag : tags)
        if (!isLine(tag) || tag.size() > kLongestTag || tag.find(',') != std::string::npos)
            throw Error(ErrorKind::Input, "tag of the run", "is empty, too long, or has a comma or a line break in it",
                        fmt::format("choose one of 1 to {} bytes", kLongestTag));
}

void requireNote(const std::string& note) {
    if (note.size() > kLongestNote || countInvalidUtf8(note) > 0)
        throw Error(ErrorKind::Input, "note of the run", "is too long or not valid UTF-8",
                    fmt::format("keep to {} bytes", kLongestNote));
}

} // namespace vernier
