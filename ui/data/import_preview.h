#pragma once

#include "core/text/chat_template.h"
#include "core/workbench/import_files.h"

#include <QString>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vernier::ui {

/// Is one document as it would be imported.
struct ImportPreviewRow {
    std::uint64_t line = 0; ///< 0 for a whole file
    QString domain;
    QString beginning; ///< on one line
    QString text;      ///< as the model would read it, or a conversation with its roles; cut when it is long
    bool isConversation = false;
};

/// Holds what an import would make of one of its files.
struct ImportPreview {
    std::vector<std::filesystem::path> files; ///< all that would be read, those in folders too; empty for pasted text
    std::size_t shown = 0;                    ///< the one of them that is shown
    QString problem;                          ///< why it cannot be imported, and what helps; empty when it can
    FileFormat format = FileFormat::Text;
    std::optional<FieldMapping> schema;
    std::vector<std::string> fields;
    std::vector<ImportPreviewRow> rows;
    std::vector<SkippedRecord> skipped;
    std::uint64_t skippedCount = 0;
    std::uint64_t replacedSequences = 0;
};

/// Reads the beginning of a file of the request. files are those that an earlier preview has found; empty looks for
/// them. chatTemplate may be null. What is wrong with a file becomes the problem; throws Cancelled only.
ImportPreview previewImport(const ImportRequest& request, std::vector<std::filesystem::path> files, std::size_t shown,
                            const ChatTemplate* chatTemplate, JobContext& job);

/// A conversation as a person reads it: each role on a line of its own, its content below.
QString conversationText(std::string_view messages);

QString formatName(FileFormat format);
/// What records were recognised as: "Alpaca (instruction, input, output)".
QString schemaName(const FieldMapping& mapping);

} // namespace vernier::ui
