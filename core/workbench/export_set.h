#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

struct ExportReport {
    std::filesystem::path manifest;   ///< empty for a plain export
    std::uint64_t places = 0;         ///< of the set that were written
    std::uint64_t documents = 0;      ///< distinct ones among them
    std::uint64_t bytes = 0;          ///< of the file
    std::string fingerprint;          ///< setFingerprint; empty for a plain export
    std::vector<std::string> refused; ///< a line for each document that the chat template would not render
};

/// Where the documents of a set come from: a list of {"source", "documents", "sha256" of these}.
nlohmann::json sourcesOf(const CalibrationSet& set, const Corpus& corpus);

/// Writes a set as JSONL, a line per document (core/workbench/set_record.h), and beside it a manifest: name, purpose,
/// recipe, counts, every source with the SHA-256 of its documents, fingerprints of set and file and, with a model, of
/// its tokenizer and chat template. importSet makes the same set of them. Each file is there whole or not at all; a
/// manifest that does not belong to the file beside it is refused at import. Throws Error{Input} for a set that does
/// not exist, Error{Io}, Cancelled.
ExportReport exportSet(const Project& project, const std::string& setName, const std::filesystem::path& file,
                       const Workbench::OpenModel* model, JobContext& job);

/// Writes a set for other tools: JSONL with nothing but "text", a line for each place of the set, conversations
/// rendered through the chat template of the model as the recipe says. What the template refuses is left out and
/// listed.
ExportReport exportPlain(const Project& project, const std::string& setName, const std::filesystem::path& file,
                         const Workbench::OpenModel& model, JobContext& job);

} // namespace vernier
