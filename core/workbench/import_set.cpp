#include "core/workbench/import_set.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "core/base/sha256.h"
#include "core/curate/set_edit.h"
#include "core/dataset/corpus_builder.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"
#include "core/store/recipe_json.h"
#include "core/store/set_fingerprint.h"
#include "core/workbench/set_record.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kManifestLimit = 64u << 20;
constexpr const char* kAgain = "export the set again";

struct Manifest {
    CalibrationSet set; ///< without documents
    std::uint64_t places = 0;
    std::string fileName, fileHash, fingerprint;
};

Manifest readManifest(const fs::path& path) {
    const nlohmann::json json = readJson(path, kManifestLimit);
    const JsonFields fields(json, "manifest of a set");
    if (fields.text("format") != "vernier set")
        throw Error(ErrorKind::Input, "format", "is not that of an exported set", "name a file that sets export wrote");
    if (fields.integer("version", 1, 1'000'000) > 1)
        throw Error(ErrorKind::Unsupported, "version", "was written by a newer Vernier", "update Vernier");
    Manifest manifest;
    manifest.set.name = fields.text("name");
    manifest.set.purpose = choiceFromName<SetPurpose>("purpose", fields.text("purpose"));
    manifest.set.recipe = packingRecipeFromJson(fields.member("recipe"));
    manifest.places = static_cast<std::uint64_t>(fields.integer("places", 0, std::int64_t{kMostSetPlaces}));
    manifest.fileName = fields.text("file");
    manifest.fileHash = fields.text("file_sha256");
    manifest.fingerprint = fields.text("fingerprint");
    // The file lies beside its manifest; a path could lead anywhere.
    const fs::path name = manifest.fileName;
    if (name.empty() || name != name.filename() || name == "." || name == "..")
        throw Error(ErrorKind::Input, "file", fmt::format("{} is no file name", manifest.fileName), kAgain);
    return manifest;
}

/// Names the file in errors about what a manifest says.
Manifest loadManifest(const fs::path& path) {
    try {
        return readManifest(path);
    } catch (const Error& error) {
        if (error.place().starts_with(path.string()))
            throw;
        throw Error(error.kind(), path.string() + ", " + error.place(), error.problem(), error.remedy());
    }
}

/// Tells documents apart by everything that is known of them.
Sha256Digest identityOf(const DocumentView& document) {
    Sha256 hash;
    const Sha256Digest content = contentHash(document);
    hash.update(std::as_bytes(std::span(content)));
    std::string rest = fmt::format("{} {} {}", document.line, document.importedAt, document.replacedBytes);
    const auto append = [&](std::string_view part) { rest += fmt::format("\n{} {}", part.size(), part); };
    append(document.source);
    append(document.field);
    append(document.domain);
    for (const std::string& tag : document.tags)
        append(tag);
    hash.update(rest);
    return hash.digest();
}

struct HashOf {
    std::size_t operator()(const Sha256Digest& digest) const {
        std::size_t hash = 0;
        std::memcpy(&hash, digest.data(), sizeof hash);
        return hash;
    }
};
using KnownDocuments = std::unordered_map<Sha256Digest, std::uint32_t, HashOf>;

KnownDocuments knownDocuments(const Corpus& corpus, JobContext& job) {
    KnownDocuments known;
    std::uint32_t number = 0;
    for (const DocumentView document : corpus) {
        known.try_emplace(identityOf(document), number++);
        if (number % 1024 == 0)
            job.throwIfCancelled();
    }
    return known;
}

void requireHash(std::string_view content, const Manifest& manifest, const fs::path& file, JobContext& job) {
    constexpr std::size_t kAtOnce = 1 << 20;
    job.beginStage("check", content.size());
    Sha256 hash;
    for (std::size_t first = 0; first < content.size(); first += kAtOnce) {
        job.throwIfCancelled();
        const std::string_view piece = content.substr(first, kAtOnce);
        hash.update(piece);
        job.advance(piece.size());
    }
    if (hash.finish() != manifest.fileHash)
        throw Error(ErrorKind::Input, file.string(), "is not the file that its manifest belongs to",
                    "export the set again, or import it as text with vernier import");
}

/// The documents of an exported file, as numbers of a corpus that they join.
struct Gathered {
    Corpus corpus;
    std::vector<std::uint32_t> documents;
    std::uint64_t added = 0, alreadyPresent = 0;
};

Gathered gather(std::string_view content, const Manifest& manifest, const fs::path& file, const Corpus& before,
                JobContext& job) {
    KnownDocuments known = knownDocuments(before, job);
    Gathered gathered{before, {}};
    CorpusBuilder fresh;
    std::vector<bool> seen(before.size(), false);
    job.beginStage("import", content.size());
    for (std::uint64_t line = 1; !content.empty(); ++line) {
        job.throwIfCancelled();
        const std::size_t end = std::min(content.find('\n'), content.size());
        const std::string place = fmt::format("{}, line {}", file.string(), line);
        const SetRecord record = parseSetRecord(content.substr(0, end), place);
        if (gathered.documents.size() + record.times > manifest.places)
            throw Error(ErrorKind::Input, place, "gives the set more documents than its manifest says", kAgain);
        const auto next = static_cast<std::uint32_t>(before.size() + fresh.size());
        const auto [document, isNew] = known.try_emplace(identityOf(record.document), next);
        if (isNew)
            fresh.add(record.document);
        else if (document->second < before.size() && !seen[document->second]) {
            seen[document->second] = true;
            ++gathered.alreadyPresent;
        }
        gathered.documents.insert(gathered.documents.end(), record.times, document->second);
        const std::size_t read = std::min(end + 1, content.size());
        content.remove_prefix(read);
        job.advance(read);
    }
    gathered.added = fresh.size();
    gathered.corpus.append(fresh.finish());
    return gathered;
}

} // namespace

SetImport importSet(Project& project, const fs::path& file, const std::string& newName, JobContext& job) {
    const bool isManifest = file.string().ends_with(kManifestEnding);
    const fs::path manifestFile = isManifest ? file : manifestPath(file);
    if (!fs::exists(manifestFile))
        throw Error(ErrorKind::Input, manifestFile.string(),
                    "is not there; an exported set is a file with its manifest",
                    "copy both, or import the text with vernier import");
    const Manifest manifest = loadManifest(manifestFile);
    const fs::path dataFile = isManifest ? file.parent_path() / manifest.fileName : file; // may have been renamed
    const MappedFile data(dataFile);
    const std::string_view content(reinterpret_cast<const char*>(data.bytes().data()), data.bytes().size());
    requireHash(content, manifest, dataFile, job);
    Gathered gathered = gather(content, manifest, dataFile, project.corpus, job);
    CalibrationSet set = manifest.set;
    if (!newName.empty())
        set.name = newName;
    set.documents = std::move(gathered.documents);
    if (set.documents.size() != manifest.places || setFingerprint(set, gathered.corpus) != manifest.fingerprint)
        throw Error(ErrorKind::Input, manifestFile.string(), "describes another set than its file holds", kAgain);
    SetsEdit edit = createSet(project.sets, set);
    project.corpus = std::move(gathered.corpus);
    project.sets = std::move(edit.sets);
    return {set.name, manifest.places, gathered.added, gathered.alreadyPresent, manifest.fingerprint};
}

} // namespace vernier
