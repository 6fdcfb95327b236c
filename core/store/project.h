#pragma once

#include "core/calibrate/chosen_range.h"
#include "core/calibrate/tap_statistics.h"
#include "core/dataset/calibration_set.h"
#include "core/dataset/corpus.h"
#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_model.h"
#include "core/store/run_order.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Remembers which model, set and recipe a calibration was made with, and the keys its artefacts have in the cache.
struct CalibrationRecord {
    std::string modelFolder;
    std::string modelFingerprint;
    std::string setName;
    PackingRecipe recipe;
    Precision precision = Precision::F32; ///< of the pass
    std::string windowsHash;
    std::int64_t windows = 0;
    ObserverOptions observers;
    std::vector<std::string> blockKeys; ///< artefact of each block
    std::string logitsKey;              ///< artefact of the logits; empty where they were not observed
    std::string created;                ///< ISO 8601, UTC
    double seconds = 0;                 ///< what the pass took
};

/// Is one immutable quantization result: settings and report. The codes themselves are artefacts of the cache.
struct Run {
    std::string name; ///< unique in the project
    QuantizeSettings settings;
    CalibrationRecord calibration; ///< the one whose windows it was quantized with
    std::vector<std::string> blockKeys;
    std::vector<LinearReport> reports;
    std::uint64_t storedBytes = 0; ///< of the quantized linears
    std::int64_t parameters = 0;   ///< of the quantized linears
    std::uint64_t otherBytes = 0;  ///< of what stays in 16 bits
    std::string created;
    double seconds = 0;
    std::optional<Evaluation> evaluation; ///< the newest one
    std::vector<std::string> tags;        ///< given by hand, each once (requireTags)
    std::string note;                     ///< written by hand (requireNote)

    double bitsPerWeight() const; ///< over the quantized linears
    double meanRelativeError() const;
};

/// Holds everything a person has put together: corpus, sets, calibrations, clip choices, runs. One .vernier file.
struct Project {
    std::string modelFolder; ///< the model last calibrated
    Corpus corpus;
    std::vector<CalibrationSet> sets;
    std::vector<CalibrationRecord> calibrations; ///< newest last
    std::vector<Run> runs;
    std::string baselineRun;               ///< the run that others are compared with; empty for none
    std::vector<ChosenRange> chosenRanges; ///< at most one per tap
    RunQueue queue;                        ///< runs that are still to be made

    const CalibrationSet* findSet(const std::string& name) const;
    const Run* findRun(const std::string& name) const;
    Run* findRun(const std::string& name);
};

/// The run of that name. Throws Error{Input} listing those there are.
const Run& requireRun(const Project& project, const std::string& name);

// What a person may write on a run. Throw Error{Input} saying what is allowed.

void requireRunName(const std::string& name);           ///< 1 … 200 bytes of UTF-8 on one line
void requireTags(const std::vector<std::string>& tags); ///< up to 20, each 1 … 60 bytes on one line, no comma
void requireNote(const std::string& note);              ///< up to 10 000 bytes of UTF-8

} // namespace vernier
