#pragma once

#include "core/base/job.h"
#include "core/dataset/import.h"
#include "core/store/project.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

struct ImportReport {
    std::uint64_t added = 0;          ///< documents
    std::uint64_t alreadyPresent = 0; ///< same file, line, content and set: imported before
    std::uint64_t replacedSequences = 0;
    std::vector<SkippedRecord> skipped;
    std::string setName; ///< the set they joined: the tag, or "default"
};

/// Adds the documents of files to the corpus and to the set named by the tag. project changes only when all files were
/// read.
ImportReport importFiles(Project& project, const std::vector<std::filesystem::path>& files,
                         const ImportOptions& options, JobContext& job);

} // namespace vernier
