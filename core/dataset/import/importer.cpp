#include "core/dataset/import/importer.h"

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/dataset/import/csv_row.h"
#include "core/dataset/import/scanners.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;

std::optional<FieldMapping> wantedMapping(const ImportOptions& options) {
    if (options.mapping)
        return options.mapping;
    if (options.field.empty())
        return std::nullopt;
    return FieldMapping{.text = options.field, .domain = "domain"};
}

std::uint32_t asCount(std::size_t count) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

/// A record without the separator that closed it and the white space around what is left.
RecordBytes withoutSeparator(RecordBytes record) {
    if (record.closedBy && !record.bytes.empty()) {
        record.bytes.remove_suffix(1);
        record.size = record.bytes.size();
    }
    return trimmed(record);
}

} // namespace

Importer::Importer(std::string source, const ImportOptions& options, JobContext& job, std::size_t mostDocuments)
    : m_source(std::move(source)), m_options(options), m_job(job), m_mostDocuments(mostDocuments),
      m_mapper(wantedMapping(options)), m_keeps([this](std::string_view member) { return m_mapper.keeps(member); }),
      m_importedAt(options.importedAt ? options.importedAt : secondsSinceEpoch()) {}

void Importer::addText(TextStream& text) {
    if (m_options.unit == TextUnit::File)
        return addWholeText(text);
    LineScanner lines;
    BlockScanner blocks;
    BoundaryScanner& scanner = m_options.unit == TextUnit::Block ? static_cast<BoundaryScanner&>(blocks) : lines;
    RecordStream pieces(text, scanner);
    while (!isFull())
        if (const auto piece = pieces.next())
            addPiece(trimmed(*piece));
        else
            return;
}

void Importer::addWholeText(TextStream& text) {
    const auto isEnough = [&] { return isPreview() && text.view().size() > kMaxPreviewBytes; };
    while (!isEnough() && text.more())
        if (text.view().size() > kMaxTextBytes)
            throw Error(ErrorKind::Input, m_source,
                        fmt::format("has more than {} bytes, too many for one document", kMaxTextBytes),
                        "import it by paragraph or block");
    std::string_view kept = text.view();
    if (isEnough())
        kept = kept.substr(0, wholeCharacters(kept.substr(0, kMaxPreviewBytes)));
    RepairedText repaired = repairUtf8(kept);
    if (repaired.text.empty())
        return;
    Document document;
    document.text = std::move(repaired.text);
    document.replacedBytes = asCount(repaired.replacements);
    add(std::move(document), 0);
}

void Importer::addPiece(const RecordBytes& record) {
    if (skipTooLong(record) || record.bytes.empty())
        return;
    RepairedText repaired = repairUtf8(record.bytes);
    Document document;
    document.text = std::move(repaired.text);
    document.replacedBytes = asCount(repaired.replacements);
    add(std::move(document), record.line);
}

void Importer::addLines(TextStream& text) {
    LineScanner scanner;
    RecordStream lines(text, scanner);
    while (!isFull()) {
        const auto line = lines.next();
        if (!line)
            return;
        if (const RecordBytes record = trimmed(*line); record.size > 0)
            addRecord(record);
    }
}

void Importer::addJson(TextStream& text) {
    const auto firstLine = [&] { return trimSpace(text.view().substr(0, text.view().find('\n'))); };
    std::size_t begin = 0;
    while ((begin = std::min(text.view().find_first_not_of(" \t\r\n", begin), text.view().size())) ==
           text.view().size())
        if (text.view().size() > kMaxRecordBytes || !text.more())
            return addLines(text);
    if (text.view()[begin] == '[') {
        const auto before = text.view().substr(0, begin);
        const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
        text.consume(begin + 1);
        return addList(text, lines + 1);
    }
    while (text.view().find('\n', begin) == std::string_view::npos && text.view().size() <= kMaxRecordBytes)
        if (!text.more())
            break;
    if (firstLine().ends_with('}') || (firstLine().empty() && begin > 0) || text.view().size() > kMaxRecordBytes)
        return addLines(text);
    while (text.view().size() <= kMaxRecordBytes && text.more()) {
    }
    addRecord(trimmed({text.view(), 1, text.view().size(), 0}));
}

void Importer::addList(TextStream& text, std::uint64_t firstLine) {
    ElementScanner scanner;
    RecordStream elements(text, scanner, firstLine);
    for (bool isFirst = true; const auto element = elements.next(); isFirst = false) {
        const RecordBytes record = withoutSeparator(*element);
        const bool isLast = element->closedBy == ']';
        // "[]" has no element and "[1," has one; elsewhere nothing between two commas is an element that is missing.
        if (record.size > 0 || (!isLast && element->closedBy) || (isLast && !isFirst))
            addRecord(record);
        if (isFull())
            return;
        if (!isLast)
            continue;
        while (const auto rest = elements.next())
            if (const RecordBytes more = trimmed(*rest); more.size > 0)
                return skip(more.line, "something follows the end of the list");
        return;
    }
    skip(elements.line(), "the list is not closed, the file seems to be cut off");
}

void Importer::addTable(TextStream& text, char delimiter) {
    if (!delimiter) {
        while (text.view().find('\n') == std::string_view::npos && text.view().size() <= kMaxRecordBytes)
            if (!text.more())
                break;
        delimiter = sniffDelimiter(text.view().substr(0, text.view().find('\n')));
    }
    RowScanner scanner(delimiter);
    RecordStream rows(text, scanner);
    std::vector<std::string> names;
    while (!isFull()) {
        const auto row = rows.next();
        if (!row)
            return;
        if (trimmed(*row).size == 0 || skipTooLong(*row))
            continue;
        if (!names.empty()) {
            addRow(*row, delimiter, names);
            continue;
        }
        auto header = splitRow(repairUtf8(row->bytes).text, delimiter);
        if (!header)
            throw Error(ErrorKind::Input, fmt::format("{}, line {}", m_source, row->line),
                        "has a header row with a quote that is never closed", "close the quote");
        for (std::string& name : *header)
            names.emplace_back(trimSpace(name));
        m_result.fields = names;
    }
}

void Importer::addRow(const RecordBytes& record, char delimiter, const std::vector<std::string>& names) {
    m_job.throwIfCancelled();
    const RepairedText repaired = repairUtf8(record.bytes);
    auto values = splitRow(repaired.text, delimiter);
    if (!values)
        return skip(record.line, "has a quote that is never closed, so that everything behind it belongs to it");
    if (values->size() != names.size())
        return skip(record.line, fmt::format("has {} fields where the header has {}", values->size(), names.size()));
    auto object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (m_mapper.keeps(names[i]) && !(*values)[i].empty())
            object[names[i]] = std::move((*values)[i]);
    ParsedRecord parsed = m_mapper.map(object, names);
    if (parsed.document)
        parsed.document->replacedBytes = asCount(repaired.replacements);
    take(std::move(parsed), record.line);
}

void Importer::addRecord(const RecordBytes& record) {
    m_job.throwIfCancelled();
    if (skipTooLong(record))
        return;
    BoundedJson json = m_json.parse(record.bytes, m_keeps);
    std::size_t replaced = 0;
    if (!json.problem.empty() && (replaced = countInvalidUtf8(record.bytes)) > 0) {
        std::string repaired = repairUtf8(record.bytes).text;
        repaired.append(TextStream::kPadding, '\0');
        json = m_json.parse(std::string_view(repaired).substr(0, repaired.size() - TextStream::kPadding), m_keeps);
    }
    if (!json.problem.empty())
        return skip(record.line, std::move(json.problem));
    if (m_result.fields.empty())
        m_result.fields = json.members;
    ParsedRecord parsed = m_mapper.map(json.value, json.members);
    if (parsed.document)
        parsed.document->replacedBytes = asCount(replaced);
    take(std::move(parsed), record.line);
}

bool Importer::skipTooLong(const RecordBytes& record) {
    if (record.size <= kMaxRecordBytes)
        return false;
    skip(record.line, fmt::format("has {} bytes, more than the {} allowed", record.size, kMaxRecordBytes));
    return true;
}

void Importer::take(ParsedRecord parsed, std::uint64_t line) {
    if (parsed.document)
        add(std::move(*parsed.document), line);
    else
        skip(line, std::move(parsed.reason));
}

void Importer::add(Document document, std::uint64_t line) {
    document.source = m_source;
    document.line = line;
    if (!m_options.tag.empty())
        document.tags.push_back(m_options.tag);
    for (const std::string& tag : m_options.moreTags)
        if (!tag.empty() && std::ranges::find(document.tags, tag) == document.tags.end())
            document.tags.push_back(tag);
    document.importedAt = m_importedAt;
    m_result.replacedSequences += document.replacedBytes;
    m_documents.add(document);
}

void Importer::skip(std::uint64_t line, std::string reason) {
    ++m_result.skippedCount;
    if (m_result.skipped.size() < kMaxListedSkips)
        m_result.skipped.push_back({m_source, line, std::move(reason)});
}

ImportResult Importer::finish() {
    m_result.documents = m_documents.finish();
    m_result.schema = m_mapper.schema();
    if (!m_result.documents.empty() || (isPreview() && m_result.skippedCount > 0))
        return std::move(m_result);
    if (m_result.skippedCount == 0)
        throw Error(ErrorKind::Input, m_source, "is empty", "choose a file with text in it");
    const SkippedRecord& first = m_result.skipped.front();
    throw Error(ErrorKind::Input, fmt::format("{}, line {}", m_source, first.line),
                fmt::format("has no usable record: {} skipped, this first one {}", m_result.skippedCount, first.reason),
                "choose the field that holds the text, or a file with one JSON object per record");
}

} // namespace vernier
