#pragma once

#include "core/dataset/corpus_builder.h"
#include "core/dataset/import.h"
#include "core/dataset/import/fast_json.h"
#include "core/dataset/import/record_stream.h"
#include "core/dataset/record.h"

#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace vernier {

/// Gathers the documents of one file from its text.
class Importer {
public:
    /// As many documents as there are.
    static constexpr std::size_t kEverything = std::numeric_limits<std::size_t>::max();

    /// Stops behind mostDocuments; less than kEverything makes a preview.
    Importer(std::string source, const ImportOptions& options, JobContext& job, std::size_t mostDocuments);

    void addText(TextStream& text);
    void addLines(TextStream& text);
    void addJson(TextStream& text); ///< a list, records line by line under the wrong name, or one record
    void addTable(TextStream& text, char delimiter); ///< 0: the header tells

    /// Throws Error{Input} when there is no document; a preview only when there is no record either.
    ImportResult finish();

private:
    bool isPreview() const { return m_mostDocuments < kEverything; }
    bool isFull() const {
        return m_documents.size() >= m_mostDocuments || (isPreview() && m_result.skippedCount >= kMaxListedSkips);
    }
    void addWholeText(TextStream& text);
    void addList(TextStream& text, std::uint64_t firstLine);
    void addRecord(const RecordBytes& record);
    void addRow(const RecordBytes& record, char delimiter, const std::vector<std::string>& names);
    void addPiece(const RecordBytes& record);
    void take(ParsedRecord parsed, std::uint64_t line);
    void add(Document document, std::uint64_t line);
    void skip(std::uint64_t line, std::string reason);
    bool skipTooLong(const RecordBytes& record);

    std::string m_source;
    const ImportOptions& m_options;
    JobContext& m_job;
    std::size_t m_mostDocuments;
    RecordMapper m_mapper;
    std::function<bool(std::string_view)> m_keeps;
    FastJson m_json;
    std::int64_t m_importedAt;
    CorpusBuilder m_documents;
    ImportResult m_result;
};

} // namespace vernier
