#include "core/workbench/export_set.h"

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/curate/set_edit.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/store/set_fingerprint.h"
#include "core/tensor/parallel.h"
#include "core/workbench/set_record.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <span>
#include <unordered_set>

#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDocumentsAtOnce = 1024;

/// Writes lines to a file and knows their hash.
class LineFile {
public:
    explicit LineFile(const fs::path& path) : m_path(path), m_out(path, std::ios::binary) { check(); }

    void write(std::string line) {
        line += '\n';
        m_out.write(line.data(), static_cast<std::streamsize>(line.size()));
        check();
        m_hash.update(line);
        m_bytes += line.size();
    }
    void close() {
        m_out.close();
        check();
    }
    std::uint64_t bytes() const { return m_bytes; }
    std::string hash() { return m_hash.finish(); }

private:
    void check() {
        if (!m_out)
            throw ioError(m_path.string(), "cannot be written", errno);
    }

    fs::path m_path;
    std::ofstream m_out;
    Sha256 m_hash;
    std::uint64_t m_bytes = 0;
};

std::uint64_t distinct(const DocumentList& documents) {
    return std::unordered_set<std::uint32_t>(documents.begin(), documents.end()).size();
}

/// How often the document at a place stands there in a row.
std::uint64_t runLength(const DocumentList& documents, std::size_t place) {
    std::size_t end = place;
    while (end < documents.size() && documents[end] == documents[place])
        ++end;
    return end - place;
}

} // namespace

nlohmann::json sourcesOf(const CalibrationSet& set, const Corpus& corpus) {
    struct Source {
        std::uint64_t documents = 0;
        Sha256 hash;
    };
    std::map<std::string, Source, std::less<>> sources;
    std::unordered_set<std::uint32_t> seen;
    for (const std::uint32_t document : set.documents) {
        if (!seen.insert(document).second)
            continue;
        const DocumentView view = corpus[document];
        Source& source = sources.try_emplace(std::string(view.source)).first->second;
        ++source.documents;
        const Sha256Digest content = contentHash(view);
        source.hash.update(std::as_bytes(std::span(content)));
    }
    nlohmann::json list = nlohmann::json::array();
    for (auto& [name, source] : sources)
        list.push_back({{"source", name}, {"documents", source.documents}, {"sha256", source.hash.finish()}});
    return list;
}

namespace {

nlohmann::json manifestOf(const CalibrationSet& set, const Corpus& corpus, const ExportReport& report) {
    const auto conversations =
        std::ranges::count_if(set.documents, [&](std::uint32_t d) { return corpus[d].isConversation; });
    return {{"format", "vernier set"},
            {"version", 1},
            {"name", set.name},
            {"purpose", nameOf(set.purpose)},
            {"recipe", toJson(set.recipe)},
            {"places", report.places},
            {"documents", report.documents},
            {"conversations", conversations},
            {"sources", sourcesOf(set, corpus)},
            {"fingerprint", report.fingerprint},
            {"bytes", report.bytes},
            {"producer", "Vernier " VERNIER_VERSION},
            {"created", timestamp()}};
}

} // namespace

ExportReport exportSet(const Project& project, const std::string& setName, const fs::path& file,
                       const Workbench::OpenModel* model, JobContext& job) {
    const CalibrationSet& set = requireSet(project.sets, setName);
    if (file.string().ends_with(kManifestEnding))
        throw Error(ErrorKind::Input, file.string(), "is a name for the manifest of a set", "name a .jsonl file");
    ExportReport report;
    report.manifest = manifestPath(file);
    report.places = set.documents.size();
    report.documents = distinct(set.documents);
    report.fingerprint = setFingerprint(set, project.corpus);
    std::string fileHash;
    job.beginStage("export", report.places);
    replaceFile(file, [&](const fs::path& temporary) {
        LineFile lines(temporary);
        for (std::size_t place = 0; place < set.documents.size();) {
            job.throwIfCancelled();
            const std::uint64_t times = runLength(set.documents, place);
            lines.write(setRecordLine(project.corpus[set.documents[place]], times));
            place += times;
            job.advance(times);
        }
        lines.close();
        report.bytes = lines.bytes();
        fileHash = lines.hash();
    });
    nlohmann::json manifest = manifestOf(set, project.corpus, report);
    manifest["file"] = file.filename().string();
    manifest["file_sha256"] = fileHash;
    if (model) {
        manifest["tokenizer_fingerprint"] = model->tokenizer.fingerprint();
        if (model->chatTemplate)
            manifest["chat_template_fingerprint"] = model->chatTemplate->fingerprint();
    }
    writeFile(report.manifest, jsonText(manifest) + "\n");
    return report;
}

ExportReport exportPlain(const Project& project, const std::string& setName, const fs::path& file,
                         const Workbench::OpenModel& model, JobContext& job) {
    const CalibrationSet& set = requireSet(project.sets, setName);
    const ChatTemplate* chatTemplate = model.chatTemplate ? &*model.chatTemplate : nullptr;
    ExportReport report;
    std::unordered_set<std::uint32_t> written;
    job.beginStage("export", set.documents.size());
    replaceFile(file, [&](const fs::path& temporary) {
        LineFile lines(temporary);
        for (std::size_t first = 0; first < set.documents.size(); first += kDocumentsAtOnce) {
            const std::size_t now = std::min(kDocumentsAtOnce, set.documents.size() - first);
            std::vector<std::string> texts(now), problems(now);
            parallelFor(static_cast<Index>(now), [&](Index i) {
                job.throwIfCancelled();
                const auto at = static_cast<std::size_t>(i);
                try {
                    texts[at] = renderDocument(project.corpus[set.documents[first + at]], chatTemplate, set.recipe);
                } catch (const Error& refusal) {
                    if (refusal.kind() != ErrorKind::Input)
                        throw;
                    problems[at] = refusal.what();
                }
            });
            for (std::size_t at = 0; at < now; ++at) {
                if (!problems[at].empty()) {
                    report.refused.push_back(std::move(problems[at]));
                    continue;
                }
                lines.write(jsonText({{"text", texts[at]}}));
                written.insert(set.documents[first + at]);
                ++report.places;
            }
            job.advance(now);
        }
        lines.close();
        report.bytes = lines.bytes();
    });
    report.documents = written.size();
    return report;
}

} // namespace vernier
