#include "core/workbench/report/set_manifest.h"

#include "core/base/error.h"
#include "core/curate/language.h"
#include "core/store/set_fingerprint.h"
#include "core/workbench/export_set.h"
#include "core/workbench/find_duplicates.h"
#include "core/workbench/pack_set.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

std::vector<std::uint32_t> distinctDocuments(const CalibrationSet& set) {
    std::vector<std::uint32_t> documents(set.documents.begin(), set.documents.end());
    std::ranges::sort(documents);
    documents.erase(std::ranges::unique(documents).begin(), documents.end());
    return documents;
}

std::vector<MixShare> sharesOf(const std::map<std::string, std::uint64_t>& counts, std::size_t all) {
    std::vector<MixShare> shares;
    for (const auto& [name, count] : counts)
        shares.push_back({name, count, 0, all > 0 ? static_cast<double>(count) / static_cast<double>(all) : 0});
    std::ranges::stable_sort(shares, std::greater<>(), &MixShare::documents);
    return shares;
}

/// The mix by documents, for want of a tokenizer.
SetMix mixByDocuments(const Corpus& corpus, const std::vector<std::uint32_t>& documents, const JobContext& job) {
    std::map<std::string, std::uint64_t> domains, languages;
    for (const std::uint32_t number : documents) {
        job.throwIfCancelled();
        const DocumentView document = corpus[number];
        ++domains[std::string(document.domain)];
        ++languages[std::string(guessLanguage(document.text).code)];
    }
    return {sharesOf(domains, documents.size()), sharesOf(languages, documents.size()), {}};
}

void lookAtWindows(SetManifest& manifest, const Project& project, const CalibrationSet& set,
                   const Workbench::OpenModel& model, JobContext& job) {
    const TokenWindows windows = packSet(project, set, model, manifest.record.recipe, job);
    for (std::int64_t window = 0; window < windows.count(); ++window)
        manifest.tokens += static_cast<std::uint64_t>(windows.validLength(window));
    manifest.isUnchanged = windows.hash() == manifest.record.windowsHash;
    manifest.mix = mixOf(project, set, windows, model, job);
}

void lookForRepeats(SetManifest& manifest, const Project& project, const std::vector<std::uint32_t>& documents,
                    JobContext& job) {
    std::uint64_t bytes = 0;
    for (const std::uint32_t document : documents)
        bytes += project.corpus.text(document).size();
    if (bytes > kMostLeakBytes)
        return;
    manifest.nearDuplicates = findDuplicates(project, documents, {}, job).redundant();
    const CalibrationSet* const heldOut = project.findSet("evaluation");
    if (!heldOut || heldOut->name == manifest.name)
        return;
    for (const std::uint32_t document : heldOut->documents)
        bytes += project.corpus.text(document).size();
    if (bytes > kMostLeakBytes)
        return;
    const LeakOptions options;
    const SetLeaks leaks = findSetLeaks(project, manifest.name, heldOut->name, options, job);
    manifest.leaks = leaks.any() ? leaks.summary(options) : std::string();
}

void describe(SetManifest& manifest, const Project& project, const CalibrationSet& set,
              const Workbench::OpenModel* model, JobContext& job) {
    const auto documents = distinctDocuments(set);
    manifest.isInProject = true;
    manifest.places = set.documents.size();
    manifest.documents = documents.size();
    manifest.conversations = static_cast<std::uint64_t>(
        std::ranges::count_if(documents, [&](std::uint32_t number) { return project.corpus[number].isConversation; }));
    manifest.fingerprint = setFingerprint(set, project.corpus);
    for (const nlohmann::json& source : sourcesOf(set, project.corpus))
        manifest.sources.push_back({source["source"].get<std::string>(), source["sha256"].get<std::string>(),
                                    source["documents"].get<std::uint64_t>()});
    try {
        if (model && model->fingerprint == manifest.record.modelFingerprint)
            lookAtWindows(manifest, project, set, *model, job);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Input) // the set may have become too small for its recipe
            throw;
    }
    if (manifest.mix.domains.empty())
        manifest.mix = mixByDocuments(project.corpus, documents, job);
    lookForRepeats(manifest, project, documents, job);
}

} // namespace

std::vector<SetManifest> describeSets(const Project& project, const std::vector<Run>& runs,
                                      const Workbench::OpenModel* model, JobContext& job) {
    std::vector<SetManifest> manifests;
    for (const Run& run : runs) {
        const auto known = std::ranges::find_if(manifests, [&](const SetManifest& manifest) {
            return manifest.record.windowsHash == run.calibration.windowsHash &&
                   manifest.name == run.calibration.setName && manifest.record.recipe == run.calibration.recipe;
        });
        if (known != manifests.end()) {
            known->runs.push_back(run.name);
            continue;
        }
        SetManifest& manifest = manifests.emplace_back();
        manifest.name = run.calibration.setName;
        manifest.record = run.calibration;
        manifest.runs = {run.name};
        if (const CalibrationSet* set = project.findSet(manifest.name))
            describe(manifest, project, *set, model, job);
    }
    return manifests;
}

} // namespace vernier
