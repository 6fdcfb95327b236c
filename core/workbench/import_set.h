#pragma once

#include "core/base/job.h"
#include "core/store/project.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace vernier {

struct SetImport {
    std::string setName;
    std::uint64_t places = 0;
    std::uint64_t added = 0;          ///< documents that joined the corpus
    std::uint64_t alreadyPresent = 0; ///< documents that the corpus had, from the same place of the same source
    std::string fingerprint;          ///< that of the exported set
};

/// Brings a set that exportSet wrote into a project, given either of its two files; newName in place of its own name
/// when not empty. Texts, order, multiplicity and recipe are those of the export, which its fingerprint proves. project
/// changes only when everything was read. Throws Error{Input} naming file and line or key when the two files do not
/// belong together or are not what an export writes, or when the name is taken.
SetImport importSet(Project& project, const std::filesystem::path& file, const std::string& newName, JobContext& job);

} // namespace vernier
