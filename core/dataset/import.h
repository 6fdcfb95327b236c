#pragma once

#include "core/base/job.h"
#include "core/dataset/corpus.h"
#include "core/dataset/import/field_mapping.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// What a file holds, whether or not it is packed with gzip or Zstandard.
enum class FileFormat {
    Text,      ///< .txt, .md and whatever else is text
    JsonLines, ///< .jsonl, .ndjson: one record per line
    Json,      ///< .json: a list of records, or one
    Csv,       ///< .csv, .tsv: RFC 4180 with a header row
};

/// What of a text becomes one document.
enum class TextUnit {
    File,
    Paragraph, ///< each line that is not blank
    Block,     ///< lines between blank lines
};

struct ImportOptions {
    std::string tag;             ///< given to every document when not empty
    std::string field;           ///< record field that holds the text or the messages; empty: the fields are recognised
    std::int64_t importedAt = 0; ///< what documents carry as the time of their import; 0: now
    std::optional<FieldMapping> mapping = {}; ///< fields of records, in place of field
    TextUnit unit = TextUnit::File;           ///< how texts are divided
    std::optional<FileFormat> format = {};    ///< unset: the extension tells, and the content where there is none
    std::vector<std::string> moreTags = {};   ///< given to every document behind tag
};

/// A record that could not become a document, and why; imports skip and count it.
struct SkippedRecord {
    std::string source;
    std::uint64_t line = 0; ///< 0 for a whole file
    std::string reason;
};

/// How many skipped records are listed; all are counted.
inline constexpr std::size_t kMaxListedSkips = 1000;

struct ImportResult {
    Corpus documents;
    std::vector<SkippedRecord> skipped; ///< the first kMaxListedSkips
    std::uint64_t skippedCount = 0;
    std::uint64_t replacedSequences = 0; ///< invalid UTF-8 sequences replaced, over all documents
    FileFormat format = FileFormat::Text;
    std::optional<FieldMapping> schema; ///< what records were recognised as
    std::vector<std::string> fields;    ///< names of the first fields of the first record
};

/// Reads one file as a stream, with memory for what is kept and one record. Bad records are skipped and listed; a file
/// that yields nothing at all throws Error{Input}, as do damaged or cut-off compression and what is no UTF-8 text.
/// Throws Error{Io} when it cannot be read, Cancelled when the job is stopped.
ImportResult importFile(const std::filesystem::path& path, const ImportOptions& options, JobContext& job);

/// importFile for content that is in memory already, such as pasted text; name becomes the source of its documents, and
/// its extension gives the kind of file.
ImportResult importBytes(std::string_view bytes, const std::filesystem::path& name, const ImportOptions& options,
                         JobContext& job);

/// The most that a preview reads of a text that is one document.
inline constexpr std::size_t kMaxPreviewBytes = std::size_t{1} << 20;

/// Reads no further than the first rows documents or kMaxListedSkips records that cannot be used: what an import would
/// find, shown before it is made. Throws as importFile does, but where records were read and none can be used, the
/// result has no documents; its fields and skipped records say what is wrong with the mapping.
ImportResult previewFile(const std::filesystem::path& path, const ImportOptions& options, JobContext& job,
                         std::size_t rows = 20);
ImportResult previewBytes(std::string_view bytes, const std::filesystem::path& name, const ImportOptions& options,
                          JobContext& job, std::size_t rows = 20);

/// The files an import of path reads: path itself, or all files below a folder whose extensions are known, in the order
/// of their names. Hidden entries are left out and links to folders are not followed. Throws Error{Input} for a folder
/// without any, Error{Io} when it cannot be read.
std::vector<std::filesystem::path> importableFiles(const std::filesystem::path& path);

} // namespace vernier
