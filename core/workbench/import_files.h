#pragma once

#include "core/base/job.h"
#include "core/dataset/import.h"
#include "core/store/project.h"

#include <filesystem>
#include <optional>
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

/// Is text that is in memory already, such as what was pasted.
struct PastedText {
    std::string text;
    std::filesystem::path name = "pasted text"; ///< becomes its source; its extension gives the kind of file
};

/// Says what is imported, how it is read and where it goes.
struct ImportRequest {
    std::vector<std::filesystem::path> files = {}; ///< and folders of them
    std::optional<PastedText> pasted = {};         ///< behind the files
    ImportOptions options = {};
    std::string setName = {}; ///< the set the documents join; empty: the one named by the tag, or "default"
};

/// Adds the documents of files, and of all files in folders among them, to the corpus and to a set.
/// project changes only when everything was read. A file of a folder that cannot be used is skipped and listed, one
/// that was named throws.
ImportReport importFiles(Project& project, const ImportRequest& request, JobContext& job);

/// Does it for files that go to the set named by the tag.
ImportReport importFiles(Project& project, const std::vector<std::filesystem::path>& files,
                         const ImportOptions& options, JobContext& job);

/// Adds documents that were made in another way (CorpusBuilder) to the corpus and to the set of that name, except those
/// that the set has already: the same text from the same line of the same source.
ImportReport addDocuments(Project& project, const Corpus& documents, const std::string& setName, JobContext& job);

} // namespace vernier
