#include "core/workbench/import_files.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace vernier {

namespace fs = std::filesystem;

namespace {

/// What makes a record the same one as an earlier import brought: where it stood and what it said.
using Identity = std::tuple<std::string, std::uint64_t, std::string>;

Identity identityOf(const Document& document) {
    return {document.source, document.line, document.hash};
}

CalibrationSet& setNamed(Project& project, const std::string& name) {
    const auto found = std::ranges::find(project.sets, name, &CalibrationSet::name);
    if (found != project.sets.end())
        return *found;
    project.sets.push_back({name, {}});
    return project.sets.back();
}

} // namespace

ImportReport importFiles(Project& project, const std::vector<fs::path>& files, const ImportOptions& options,
                         JobContext& job) {
    ImportReport report;
    report.setName = options.tag.empty() ? "default" : options.tag;
    std::vector<Document> documents;
    for (const fs::path& file : files) {
        ImportResult result = importFile(file, options, job);
        report.replacedSequences += result.replacedSequences;
        std::ranges::move(result.documents, std::back_inserter(documents));
        std::ranges::move(result.skipped, std::back_inserter(report.skipped));
    }
    job.throwIfCancelled();

    // From here on nothing can fail: the project gets all documents or none.
    CalibrationSet& set = setNamed(project, report.setName);
    std::set<Identity> present;
    for (const std::uint32_t index : set.documents)
        present.insert(identityOf(project.corpus[index]));
    for (Document& document : documents) {
        if (present.contains(identityOf(document))) {
            ++report.alreadyPresent;
            continue;
        }
        set.documents.push_back(static_cast<std::uint32_t>(project.corpus.size()));
        project.corpus.push_back(std::move(document));
        ++report.added;
    }
    return report;
}

} // namespace vernier
