#pragma once

#include "core/base/job.h"
#include "core/dataset/corpus.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

struct ImportOptions {
    std::string tag;   ///< given to every document when not empty
    std::string field; ///< record field that holds the text; empty: "messages", "conversations", "text" or "content",
                       ///< whichever is there
    std::int64_t importedAt = 0; ///< what documents carry as the time of their import; 0: now
};

/// A record that could not become a document, and why; imports skip and count it.
struct SkippedRecord {
    std::string source;
    std::uint64_t line = 0;
    std::string reason;
};

struct ImportResult {
    Corpus documents;
    std::vector<SkippedRecord> skipped;
    std::uint64_t replacedSequences = 0; ///< invalid UTF-8 sequences replaced, over all documents
};

/// Reads one file: .jsonl and .ndjson give one document per line, .json one per element of its list, everything else
/// (.txt, .md, …) is one document. Bad records are skipped and listed; a file that yields nothing at all throws
/// Error{Input}. Throws Error{Io} when it cannot be read.
ImportResult importFile(const std::filesystem::path& path, const ImportOptions& options, JobContext& job);

/// importFile for content that is in memory already; path gives the kind of file and the name in messages.
ImportResult importBytes(std::string_view bytes, const std::filesystem::path& path, const ImportOptions& options,
                         JobContext& job);

} // namespace vernier
