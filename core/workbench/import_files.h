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
    std::vector<SkippedRecord> skipped; ///< the first kMaxListedSkips
    std::uint64_t skippedCount = 0;
    std::string setName; ///< the set they joined: the tag, or "default"
};

/// Adds the documents of files, and of all files in folders among them, to the corpus and to the set named by the tag.
/// project changes only when everything was read. A file of a folder that cannot be used is skipped and listed, one
/// that was named throws.
ImportReport importFiles(Project& project, const std::vector<std::filesystem::path>& files,
                         const ImportOptions& options, JobContext& job);

/// Does the same for text in memory, such as what was pasted; name becomes its source.
ImportReport importText(Project& project, std::string_view text, const std::filesystem::path& name,
                        const ImportOptions& options, JobContext& job);

/// Adds documents that were made in another way (CorpusBuilder) to the corpus and to the set of that name, except those
/// that the set has already: the same text from the same line of the same source.
ImportReport addDocuments(Project& project, const Corpus& documents, const std::string& setName, JobContext& job);

} // namespace vernier
