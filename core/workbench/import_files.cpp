#include "core/workbench/import_files.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace vernier {

namespace fs = std::filesystem;

namespace {

/// Finds documents that an earlier import brought: the same text from the same place.
class KnownDocuments {
public:
    void add(const DocumentView& document) { m_known.insert(identityOf(document)); }
    bool contains(const DocumentView& document) { return m_known.contains(identityOf(document)); }

private:
    struct Identity {
        Sha256Digest hash;
        std::uint64_t line;
        std::uint32_t source;
        bool operator==(const Identity&) const = default;
    };
    struct HashOf {
        std::size_t operator()(const Identity& identity) const {
            std::size_t hash = 0;
            std::memcpy(&hash, identity.hash.data(), sizeof hash);
            return hash ^ (identity.line * 0x9E3779B97F4A7C15u) ^ identity.source;
        }
    };

    Identity identityOf(const DocumentView& document) {
        if (document.source != m_lastSource) {
            m_lastSource = document.source;
            m_lastNumber =
                m_sources.try_emplace(m_lastSource, static_cast<std::uint32_t>(m_sources.size())).first->second;
        }
        return {contentHash(document), document.line, m_lastNumber};
    }

    std::unordered_set<Identity, HashOf> m_known;
    std::unordered_map<std::string, std::uint32_t> m_sources;
    std::string m_lastSource; // neighbours mostly share it
    std::uint32_t m_lastNumber = m_sources.try_emplace({}, 0).first->second;
};

CalibrationSet& setNamed(Project& project, const std::string& name) {
    const auto found = std::ranges::find(project.sets, name, &CalibrationSet::name);
    if (found != project.sets.end())
        return *found;
    project.sets.push_back({name, {}, name == "evaluation" ? SetPurpose::Evaluation : SetPurpose::Calibration});
    return project.sets.back();
}

/// The documents that the set does not have yet.
Corpus withoutKnown(const Project& project, const std::string& setName, const Corpus& imported, JobContext& job) {
    const CalibrationSet* set = project.findSet(setName);
    if (!set || set->documents.empty())
        return imported;
    KnownDocuments known;
    for (const std::uint32_t index : set->documents)
        known.add(project.corpus[index]);
    job.throwIfCancelled();
    std::vector<bool> isKnown;
    isKnown.reserve(imported.size());
    for (const DocumentView document : imported)
        isKnown.push_back(known.contains(document));
    job.throwIfCancelled();
    if (std::ranges::find(isKnown, true) == isKnown.end())
        return imported;
    CorpusBuilder fresh;
    for (auto next = isKnown.begin(); const DocumentView document : imported)
        if (!*next++)
            fresh.add(document);
    return fresh.finish();
}

std::string setOf(const ImportOptions& options) {
    return options.tag.empty() ? "default" : options.tag;
}

/// Gathers the results of several files.
struct Gathered {
    Corpus documents;
    ImportReport report;

    void add(ImportResult result) {
        documents.append(result.documents);
        report.replacedSequences += result.replacedSequences;
        report.skippedCount += result.skippedCount;
        for (SkippedRecord& record : result.skipped)
            list(std::move(record));
    }
    void skipFile(const fs::path& file, const Error& error) {
        ++report.skippedCount;
        list({file.string(), 0, error.problem()});
    }
    void list(SkippedRecord record) {
        if (report.skipped.size() < kMaxListedSkips)
            report.skipped.push_back(std::move(record));
    }
};

void importFolder(const fs::path& folder, const ImportOptions& options, Gathered& gathered, JobContext& job) {
    std::optional<Error> last;
    bool anything = false;
    for (const fs::path& file : importableFiles(folder)) {
        try {
            gathered.add(importFile(file, options, job));
            anything = true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Input)
                throw;
            gathered.skipFile(file, error);
            last = error;
        }
    }
    if (!anything && last)
        throw *last;
}

} // namespace

ImportReport addDocuments(Project& project, const Corpus& documents, const std::string& setName, JobContext& job) {
    ImportReport report;
    report.setName = setName;
    const Corpus added = withoutKnown(project, setName, documents, job);
    report.added = added.size();
    report.alreadyPresent = documents.size() - added.size();

    // A corpus that would be too large is refused before the set changes; from then on nothing can fail.
    const auto first = static_cast<std::uint32_t>(project.corpus.size());
    project.corpus.append(added);
    setNamed(project, setName).documents.appendRun(first, added.size());
    return report;
}

ImportReport importFiles(Project& project, const ImportRequest& request, JobContext& job) {
    const ImportOptions& options = request.options;
    Gathered gathered;
    for (const fs::path& file : request.files)
        if (fs::is_directory(file))
            importFolder(file, options, gathered, job);
        else
            gathered.add(importFile(file, options, job));
    if (request.pasted)
        gathered.add(importBytes(request.pasted->text, request.pasted->name, options, job));

    const std::string setName = request.setName.empty() ? setOf(options) : request.setName;
    const ImportReport added = addDocuments(project, gathered.documents, setName, job);
    gathered.report.added = added.added;
    gathered.report.alreadyPresent = added.alreadyPresent;
    gathered.report.setName = added.setName;
    return std::move(gathered.report);
}

ImportReport importFiles(Project& project, const std::vector<fs::path>& files, const ImportOptions& options,
                         JobContext& job) {
    return importFiles(project, ImportRequest{.files = files, .options = options}, job);
}

} // namespace vernier
