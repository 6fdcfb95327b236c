#include "core/dataset/import.h"

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/dataset/corpus_builder.h"
#include "core/dataset/record.h"
#include "core/dataset/record_reader.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kProgressBytes = std::size_t{1} << 20;

/// Refuses what is no UTF-8 text at all, which would otherwise become one long document of replacement characters.
void refuseForeignEncoding(std::string_view bytes, const std::string& source) {
    struct Signature {
        std::string_view bytes, problem, remedy;
    };
    static constexpr std::array<Signature, 6> kSignatures = {{
        {"\xFF\xFE", "is UTF-16 text", "save it as UTF-8"},
        {"\xFE\xFF", "is UTF-16 text", "save it as UTF-8"},
        {"\x1F\x8B", "is compressed (gzip)", "unpack it first"},
        {"\x28\xB5\x2F\xFD", "is compressed (zstd)", "unpack it first"},
        {"PK\x03\x04", "is a ZIP archive", "unpack it first"},
        {"PAR1", "is a Parquet file", "export it as JSONL"},
    }};
    for (const Signature& signature : kSignatures)
        if (bytes.starts_with(signature.bytes))
            throw Error(ErrorKind::Input, source, std::string(signature.problem), std::string(signature.remedy));
}

/// Gathers the documents of one file.
class Importer {
public:
    Importer(std::string source, const ImportOptions& options, JobContext& job)
        : m_source(std::move(source)), m_options(options), m_job(job),
          m_importedAt(options.importedAt ? options.importedAt : secondsSinceEpoch()) {}

    void addLines(std::string_view text) {
        LineReader lines(text);
        while (const auto line = lines.next()) {
            addRecord(*line);
            reportPosition(lines.position());
        }
    }

    void addList(std::string_view text) {
        ListReader elements(text);
        while (const auto element = elements.next()) {
            addRecord(*element);
            reportPosition(elements.position());
        }
        if (!elements.problem().empty())
            skip(elements.line(), elements.problem());
    }

    /// A .json file: a list of records, or records line by line under the wrong name, or one record over many lines.
    void addJson(std::string_view text) {
        const std::string_view content = trimSpace(text);
        const std::string_view firstLine = trimSpace(content.substr(0, content.find('\n')));
        if (content.starts_with('['))
            addList(text);
        else if (firstLine.ends_with('}'))
            addLines(text);
        else if (!content.empty())
            addRecord({content, 1});
    }

    void addText(std::string_view text) {
        if (text.empty())
            return;
        RepairedText repaired = repairUtf8(text);
        Document document;
        document.text = std::move(repaired.text);
        document.replacedBytes = static_cast<std::uint32_t>(
            std::min<std::size_t>(repaired.replacements, std::numeric_limits<std::uint32_t>::max()));
        add(std::move(document), 0);
    }

    ImportResult finish() {
        m_result.documents = m_documents.finish();
        if (!m_result.documents.empty())
            return std::move(m_result);
        if (m_result.skipped.empty())
            throw Error(ErrorKind::Input, m_source, "is empty", "choose a file with text in it");
        const SkippedRecord& first = m_result.skipped.front();
        throw Error(
            ErrorKind::Input, fmt::format("{}, line {}", m_source, first.line),
            fmt::format("has no usable record: {} skipped, this first one {}", m_result.skipped.size(), first.reason),
            "choose the field that holds the text, or a file with one JSON object per record");
    }

private:
    void addRecord(const RecordBytes& record) {
        m_job.throwIfCancelled();
        ParsedRecord parsed = parseRecord(record.bytes, m_options.field);
        if (parsed.document)
            add(std::move(*parsed.document), record.line);
        else
            skip(record.line, std::move(parsed.reason));
    }

    void add(Document document, std::uint64_t line) {
        document.source = m_source;
        document.line = line;
        if (!m_options.tag.empty())
            document.tags.push_back(m_options.tag);
        document.importedAt = m_importedAt;
        m_result.replacedSequences += document.replacedBytes;
        m_documents.add(document);
    }

    void skip(std::uint64_t line, std::string reason) {
        m_result.skipped.push_back({m_source, line, std::move(reason)});
    }

    void reportPosition(std::size_t position) {
        // Records are often a few hundred bytes: one report each would cost more than reading them.
        if (position - m_reported < kProgressBytes)
            return;
        m_job.advance(position - m_reported);
        m_reported = position;
    }

    std::string m_source;
    const ImportOptions& m_options;
    JobContext& m_job;
    std::size_t m_reported = 0;
    std::int64_t m_importedAt;
    CorpusBuilder m_documents;
    ImportResult m_result;
};

} // namespace

ImportResult importBytes(std::string_view bytes, const fs::path& path, const ImportOptions& options, JobContext& job) {
    refuseForeignEncoding(bytes, path.string());
    job.beginStage("import", bytes.size());
    if (bytes.starts_with("\xEF\xBB\xBF"))
        bytes.remove_prefix(3);
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    Importer importer(path.string(), options, job);
    if (extension == ".jsonl" || extension == ".ndjson")
        importer.addLines(bytes);
    else if (extension == ".json")
        importer.addJson(bytes);
    else
        importer.addText(bytes);
    ImportResult result = importer.finish();
    job.advance(job.progress().total - job.progress().done);
    return result;
}

ImportResult importFile(const fs::path& path, const ImportOptions& options, JobContext& job) {
    const MappedFile file(path);
    const auto bytes = file.bytes();
    return importBytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, options, job);
}

} // namespace vernier
