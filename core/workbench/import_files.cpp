#include "core/workbench/import_files.h"

#include "core/dataset/corpus_builder.h"

#include <algorithm>
#include <cstring>
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
    CorpusBuilder fresh;
    for (const DocumentView document : imported)
        if (!known.contains(document))
            fresh.add(document);
    job.throwIfCancelled();
    return fresh.size() == imported.size() ? imported : fresh.finish();
}

} // namespace

ImportReport importFiles(Project& project, const std::vector<fs::path>& files, const ImportOptions& options,
                         JobContext& job) {
    ImportReport report;
    report.setName = options.tag.empty() ? "default" : options.tag;
    Corpus imported;
    for (const fs::path& file : files) {
        ImportResult result = importFile(file, options, job);
        report.replacedSequences += result.replacedSequences;
        imported.append(result.documents);
        std::ranges::move(result.skipped, std::back_inserter(report.skipped));
    }
    const Corpus added = withoutKnown(project, report.setName, imported, job);
    report.added = added.size();
    report.alreadyPresent = imported.size() - added.size();

    // From here on nothing can fail: the project gets all documents or none.
    CalibrationSet& set = setNamed(project, report.setName);
    set.documents.appendRun(static_cast<std::uint32_t>(project.corpus.size()), added.size());
    project.corpus.append(added);
    return report;
}

} // namespace vernier
