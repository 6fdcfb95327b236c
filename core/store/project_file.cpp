#include "core/store/project_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/corpus_columns.h"
#include "core/store/h5_file.h"
#include "core/store/json_fields.h"
#include "core/store/project_json.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 2;
constexpr const char* kKind = "vernier_project";
constexpr const char* kSetDetails = "sets/details";
constexpr const char* kChosenRanges = "chosen_ranges";
constexpr const char* kBaselineRun = "baseline_run";
constexpr const char* kQueue = "queue";
constexpr const char* kQueuePaused = "queue_paused";

int requireKnownFormat(const H5File& file) {
    const std::string place = file.path().string();
    if (file.readAttribute("kind") != kKind)
        throw Error(ErrorKind::Input, place, "is not a Vernier project", "open a .vernier file");
    const std::string text = file.readAttribute("format");
    int format = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), format);
    if (failure != std::errc() || end != text.data() + text.size() || format < 1)
        throw Error(ErrorKind::Input, place, fmt::format("has no known format ({})", text),
                    "use another copy of the file");
    if (format > kFormat)
        throw Error(ErrorKind::Unsupported, place,
                    fmt::format("has project format {}, and this Vernier knows formats up to {}", format, kFormat),
                    "open it with a newer Vernier");
    return format;
}

/// Parses text and hands it to fromJson; an error says where in the file it stood.
template <class FromJson>
void readAt(const std::string& place, const std::string& text, FromJson fromJson) {
    const nlohmann::json json = parseJson(text, place);
    try {
        fromJson(json);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}", place, error.place()), error.problem(), error.remedy());
    }
}

std::string setDataset(std::size_t index) {
    return fmt::format("sets/{}", index);
}

void requireSetsWithin(const Project& project) {
    for (const CalibrationSet& set : project.sets)
        for (const std::uint32_t document : set.documents)
            if (document >= project.corpus.size())
                throw Error(ErrorKind::Internal, fmt::format("set {}", set.name),
                            fmt::format("names document {} of {}", document, project.corpus.size()));
}

void writeSets(H5File& file, const std::vector<CalibrationSet>& sets) {
    std::vector<std::string> names, details;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        names.push_back(sets[i].name);
        details.push_back(jsonText(detailsToJson(sets[i])));
        file.write(setDataset(i), sets[i].documents);
    }
    file.writeTexts("sets/names", names);
    file.writeTexts(kSetDetails, details);
}

/// Reads the purposes and recipes of sets, which files before they had any lack: there the name says what a set is for.
void readSetDetails(const H5File& file, std::vector<CalibrationSet>& sets) {
    if (!file.has(kSetDetails)) {
        for (CalibrationSet& set : sets)
            if (set.name == "evaluation")
                set.purpose = SetPurpose::Evaluation;
        return;
    }
    const std::string place = fmt::format("{}: {}", file.path().string(), kSetDetails);
    const std::vector<std::string> details = file.readTexts(kSetDetails);
    if (details.size() != sets.size())
        throw Error(ErrorKind::Input, place, fmt::format("has {} entries for {} sets", details.size(), sets.size()),
                    "use another copy of the file");
    for (std::size_t i = 0; i < sets.size(); ++i)
        readAt(fmt::format("{}/{}", place, i), details[i],
               [&](const nlohmann::json& json) { detailsFromJson(json, sets[i]); });
}

std::vector<CalibrationSet> readSets(const H5File& file, std::size_t documents) {
    std::vector<CalibrationSet> sets;
    for (std::string& name : file.readTexts("sets/names")) {
        const std::string dataset = setDataset(sets.size());
        sets.push_back({std::move(name), file.readUint32(dataset)});
        for (const std::uint32_t document : sets.back().documents)
            if (document >= documents)
                throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), dataset),
                            fmt::format("names document {} of {}", document, documents),
                            "use another copy of the file");
    }
    readSetDetails(file, sets);
    return sets;
}

template <class Record>
void writeRecords(H5File& file, const char* dataset, const std::vector<Record>& records) {
    std::vector<std::string> texts;
    for (const Record& record : records)
        texts.push_back(jsonText(toJson(record)));
    file.writeTexts(dataset, texts);
}

template <class FromJson>
auto readRecords(const H5File& file, const char* dataset, FromJson fromJson) {
    std::vector<decltype(fromJson(nlohmann::json()))> records;
    for (const std::string& text : file.readTexts(dataset)) {
        readAt(fmt::format("{}: {}/{}", file.path().string(), dataset, records.size()), text,
               [&](const nlohmann::json& json) { records.push_back(fromJson(json)); });
    }
    return records;
}

/// Reads the ranges chosen for taps; older files have none.
std::vector<ChosenRange> readChosenRanges(const H5File& file) {
    if (!file.has(kChosenRanges))
        return {};
    std::vector<ChosenRange> ranges = readRecords(file, kChosenRanges, chosenRangeFromJson);
    for (std::size_t i = 0; i < ranges.size(); ++i)
        if (findChosenRange(std::span(ranges).first(i), ranges[i].tap))
            throw Error(ErrorKind::Input, fmt::format("{}: {}/{}", file.path().string(), kChosenRanges, i),
                        fmt::format("is a second range for {}", ranges[i].tap), "use another copy of the file");
    return ranges;
}

/// Reads which run is pinned; older files pin none.
std::string readBaselineRun(const H5File& file, const Project& project) {
    if (!file.has(kBaselineRun))
        return {};
    const std::vector<std::string> names = file.readTexts(kBaselineRun);
    if (names.size() != 1 || !project.findRun(names.front()))
        throw Error(ErrorKind::Input, fmt::format("{}: {}", file.path().string(), kBaselineRun),
                    "does not name one run of the project", "use another copy of the file");
    return names.front();
}

/// Reads the orders that wait; older files have none.
RunQueue readQueue(const H5File& file) {
    if (!file.has(kQueue))
        return {};
    RunQueue queue{file.readAttribute(kQueuePaused) == "true", readRecords(file, kQueue, queuedRunFromJson)};
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < queue.runs.size(); ++i)
        if (!names.insert(queue.runs[i].order.name).second)
            throw Error(ErrorKind::Input, fmt::format("{}: {}/{}", file.path().string(), kQueue, i),
                        fmt::format("is a second order named {}", queue.runs[i].order.name),
                        "use another copy of the file");
    return queue;
}

/// The project that is about to be replaced, for whatever did not change in it; null when there is none that can be
/// read.
std::shared_ptr<const H5File> openOlder(const std::filesystem::path& path) {
    try {
        return std::make_shared<const H5File>(H5File::openRead(path));
    } catch (const Error&) {
        return nullptr;
    }
}

} // namespace

Project loadProject(const std::filesystem::path& path) {
    const H5File file = H5File::openRead(path);
    const int format = requireKnownFormat(file);
    Project project;
    project.modelFolder = file.readAttribute("model_folder");
    project.corpus = readCorpus(file, format);
    project.sets = readSets(file, project.corpus.size());
    project.calibrations = readRecords(file, "calibrations", calibrationRecordFromJson);
    project.runs = readRecords(file, "runs", runFromJson);
    project.baselineRun = readBaselineRun(file, project);
    project.chosenRanges = readChosenRanges(file);
    project.queue = readQueue(file);
    return project;
}

void saveProject(const Project& project, const std::filesystem::path& path) {
    requireSetsWithin(project);
    try {
        replaceFile(path, [&](const std::filesystem::path& temporary) {
            H5File file = H5File::create(temporary);
            file.recognizeChunks(openOlder(path));
            file.writeAttribute("kind", kKind);
            file.writeAttribute("format", std::to_string(kFormat));
            file.writeAttribute("producer", "Vernier " VERNIER_VERSION);
            file.writeAttribute("model_folder", project.modelFolder);
            writeCorpus(file, project.corpus);
            writeSets(file, project.sets);
            writeRecords(file, "calibrations", project.calibrations);
            writeRecords(file, "runs", project.runs);
            if (!project.baselineRun.empty())
                file.writeTexts(kBaselineRun, std::span(&project.baselineRun, 1));
            writeRecords(file, kChosenRanges, project.chosenRanges);
            writeRecords(file, kQueue, project.queue.runs);
            file.writeAttribute(kQueuePaused, project.queue.isPaused ? "true" : "false");
            file.flush();
        });
    } catch (const Error& error) {
        // The temporary name that the system refused means nothing to the reader of the message.
        if (error.kind() != ErrorKind::Io)
            throw;
        throw Error(ErrorKind::Io, path.string(), fmt::format("the project {}", error.problem()),
                    error.remedy().empty() ? "save it in another folder" : error.remedy());
    }
}

} // namespace vernier
