#pragma once

#include "core/store/project.h"
#include "core/workbench/set_mix.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vernier {

/// Is where documents of a set come from.
struct ManifestSource {
    std::string source, sha256; ///< the digest is over the content hashes of its documents
    std::uint64_t documents = 0;
};

/// Says what a run was calibrated on.
struct SetManifest {
    std::string name;
    CalibrationRecord record;      ///< of the first of the runs that used it so
    std::vector<std::string> runs; ///< that used it so
    bool isInProject = false;      ///< what follows is known only then
    std::uint64_t places = 0, documents = 0, conversations = 0;
    std::string fingerprint;
    std::vector<ManifestSource> sources;
    SetMix mix;               ///< of the windows where the model is at hand, else of whole documents, without tokens
    std::uint64_t tokens = 0; ///< in the windows, padding left out; 0 where the model is not at hand
    bool isUnchanged = false; ///< the set still gives the windows of the record; known where tokens are
    std::optional<std::uint64_t> nearDuplicates; ///< documents that nearly repeat an earlier one
    std::optional<std::string> leaks;            ///< what it shares with the set "evaluation"; empty: nothing
};

/// Describes the calibration of each run, once for those that share record and windows. model may be null. Sets of too
/// much text are not searched for repeats and leaks.
std::vector<SetManifest> describeSets(const Project& project, const std::vector<Run>& runs,
                                      const Workbench::OpenModel* model, JobContext& job);

} // namespace vernier
