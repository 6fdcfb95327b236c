#include "core/dataset/import.h"

#include "core/base/error.h"
#include "core/dataset/import/byte_source.h"
#include "core/dataset/import/importer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

/// Refuses what is no UTF-8 text at all, which would otherwise become one long document of replacement characters.
void refuseForeignEncoding(std::string_view bytes, const std::string& source) {
    struct Signature {
        std::string_view bytes, problem, remedy;
    };
    static constexpr std::array<Signature, 7> kSignatures = {{
        {"\xFF\xFE", "is UTF-16 text", "save it as UTF-8"},
        {"\xFE\xFF", "is UTF-16 text", "save it as UTF-8"},
        {"\x1F\x8B", "is compressed twice (gzip)", "unpack it first"},
        {"\x28\xB5\x2F\xFD", "is compressed twice (zstd)", "unpack it first"},
        {"BZh", "is compressed (bzip2)", "unpack it, or pack it with gzip or zstd"},
        {"PK\x03\x04", "is a ZIP archive", "unpack it first"},
        {"PAR1", "is a Parquet file", "export it as JSONL"},
    }};
    for (const Signature& signature : kSignatures)
        if (bytes.starts_with(signature.bytes))
            throw Error(ErrorKind::Input, source, std::string(signature.problem), std::string(signature.remedy));
    const auto isNul = [&](std::size_t at) { return bytes[at] == '\0'; };
    if (bytes.size() >= 4 && isNul(0) == isNul(2) && isNul(1) == isNul(3) && isNul(0) != isNul(1))
        throw Error(ErrorKind::Input, source, "is UTF-16 text", "save it as UTF-8");
}

std::string lowerExtension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return extension;
}

/// The extension that tells what is inside: that before .gz or .zst.
std::string innerExtension(const fs::path& path) {
    const std::string extension = lowerExtension(path);
    return extension == ".gz" || extension == ".zst" ? lowerExtension(path.stem()) : extension;
}

FileFormat formatOf(const std::string& extension, std::string_view begin) {
    if (extension == ".jsonl" || extension == ".ndjson")
        return FileFormat::JsonLines;
    if (extension == ".csv" || extension == ".tsv")
        return FileFormat::Csv;
    const std::string_view content = trimSpace(begin);
    const bool looksLikeRecords =
        content.starts_with('{') || (content.starts_with('[') && trimSpace(content.substr(1)).starts_with('{'));
    return extension == ".json" || (extension.empty() && looksLikeRecords) ? FileFormat::Json : FileFormat::Text;
}

ImportResult import(RawSource raw, const fs::path& path, const ImportOptions& options, JobContext& job,
                    std::size_t mostDocuments) {
    const std::string source = path.string();
    job.beginStage("import", raw.size);
    const UnpackedSource unpacked = unpack(std::move(raw.bytes), source);
    TextStream text(*unpacked.bytes, job);
    text.more();
    refuseForeignEncoding(text.view(), source);
    if (text.view().starts_with("\xEF\xBB\xBF"))
        text.consume(3);

    const std::string extension = innerExtension(path);
    const FileFormat format = options.format.value_or(formatOf(extension, text.view()));
    Importer importer(source, options, job, mostDocuments);
    switch (format) {
    case FileFormat::Text:
        importer.addText(text);
        break;
    case FileFormat::JsonLines:
        importer.addLines(text);
        break;
    case FileFormat::Json:
        importer.addJson(text);
        break;
    case FileFormat::Csv:
        importer.addTable(text, extension == ".tsv" ? '\t' : '\0');
        break;
    }
    ImportResult result = importer.finish();
    result.format = format;
    job.advance(job.progress().total - std::min(job.progress().total, job.progress().done));
    return result;
}

} // namespace

ImportResult importFile(const fs::path& path, const ImportOptions& options, JobContext& job) {
    return import(openRaw(path), path, options, job, Importer::kEverything);
}

ImportResult importBytes(std::string_view bytes, const fs::path& name, const ImportOptions& options, JobContext& job) {
    return import(openRaw(bytes), name, options, job, Importer::kEverything);
}

ImportResult previewFile(const fs::path& path, const ImportOptions& options, JobContext& job, std::size_t rows) {
    return import(openRaw(path), path, options, job, rows);
}

ImportResult previewBytes(std::string_view bytes, const fs::path& name, const ImportOptions& options, JobContext& job,
                          std::size_t rows) {
    return import(openRaw(bytes), name, options, job, rows);
}

std::vector<fs::path> importableFiles(const fs::path& path) {
    if (!fs::is_directory(path))
        return {path};
    constexpr std::array<std::string_view, 9> kExtensions = {".txt",    ".text", ".md",  ".markdown", ".jsonl",
                                                             ".ndjson", ".json", ".csv", ".tsv"};
    std::vector<fs::path> files;
    try {
        for (auto entry = fs::recursive_directory_iterator(path); entry != fs::recursive_directory_iterator();
             ++entry) {
            const bool isHidden = entry->path().filename().string().starts_with('.');
            if (isHidden && entry->is_directory())
                entry.disable_recursion_pending();
            std::error_code danglingLink;
            if (!isHidden && entry->is_regular_file(danglingLink) &&
                std::ranges::find(kExtensions, innerExtension(entry->path())) != kExtensions.end())
                files.push_back(entry->path());
        }
    } catch (const fs::filesystem_error& failure) {
        throw ioError(failure.path1().string(), "cannot be searched for files", failure.code().value());
    }
    if (files.empty())
        throw Error(ErrorKind::Input, path.string(), "has no file to import in it",
                    fmt::format("choose a folder with files that end in {}", fmt::join(kExtensions, ", ")));
    std::ranges::sort(files);
    return files;
}

} // namespace vernier
