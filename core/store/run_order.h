#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/dataset/packing_recipe.h"
#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is text to score on: a set of the project, packed by its recipe, or files.
struct EvaluationData {
    std::string setName;                      ///< used when files is empty; empty: the set "evaluation"
    std::vector<std::filesystem::path> files; ///< a .txt is one document with nothing inserted; records are separated
    int sequenceLength = 256;
    std::optional<Separator> separator; ///< unset: as the set's recipe says; EndOfText for record files, None for text
    Precision precision = Precision::F32; ///< of the forward passes; wished for, see choosePrecision
    Protocol protocol = Protocol::GptqPaper;
    std::optional<int> maxWindows; ///< unset: as the recipe says
};

/// Says what run is to be made: calibrate on a set unless the cache has that, quantize, and score where text is given.
struct RunOrder {
    std::string name; ///< of the run; unique in the queue and among the runs once it waits
    std::filesystem::path modelFolder;
    std::string setName;
    PackingRecipe recipe;                 ///< of the calibration
    Precision precision = Precision::F32; ///< of its pass; wished for
    ObserverOptions observers = {};
    QuantizeSettings settings;
    std::optional<EvaluationData> evaluation = EvaluationData{};
};

/// Is where an order of the queue stands. One that is at work is Waiting in the file: after a crash it is taken up
/// again, and continues at the block that was in flight.
enum class QueuedState { Waiting, Failed, Cancelled };

struct QueuedRun {
    RunOrder order;
    QueuedState state = QueuedState::Waiting;
    std::string error; ///< of Failed, in one line
};

/// Holds the orders that are not runs yet, the next first. Failed and cancelled ones stay where they were until they
/// are tried again or removed.
struct RunQueue {
    bool isPaused = false;
    std::vector<QueuedRun> runs;
};

} // namespace vernier
