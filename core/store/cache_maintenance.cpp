#include "core/store/cache_maintenance.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/calibrate/hidden_file.h"
#include "core/store/h5_file.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kArtefact = ".h5";
constexpr const char* kCheckpoint = ".hidden";
constexpr const char* kTemporary = ".tmp";
constexpr const char* kDamaged = "damaged";
constexpr const char* kLeftOver = "left over";
constexpr std::chrono::hours kInUse{1};        // a computation touches what it needs at every block
constexpr std::chrono::hours kLeftOverAge{24}; // a younger temporary file may still be in the making

fs::file_time_type::duration ageOf(const CacheEntry& entry) {
    return fs::file_time_type::clock::now() - entry.used;
}

/// The JSON text that a file says it was computed from.
std::string inputsText(const fs::path& path) {
    if (path.extension() == kCheckpoint)
        return readHiddenHeader(path).value_or(HiddenFileHeader()).inputs;
    return H5File::openRead(path).readAttribute("inputs");
}

void describe(CacheEntry& entry) {
    if (entry.path.extension() == kTemporary) {
        entry.kind = kLeftOver;
        return;
    }
    entry.kind = kDamaged;
    try {
        entry.inputs = nlohmann::json::parse(inputsText(entry.path), nullptr, false);
        if (entry.inputs.is_object() && entry.inputs.contains("kind") && entry.inputs["kind"].is_string())
            entry.kind = entry.inputs["kind"];
    } catch (const Error&) { // stays damaged
    }
}

void verifyEntry(const CacheEntry& entry, const JobContext& job) {
    const fs::path& path = entry.path;
    if (path.extension() == kCheckpoint) {
        if (const auto header = readHiddenHeader(path))
            readHiddenFile(path, header->shape, [&](Index, MatrixView<const float>) { job.throwIfCancelled(); });
    } else if (path.extension() == kArtefact) {
        H5File::openRead(path).verify(job);
    } else {
        return;
    }
    if (sha256(inputsText(path)) != path.stem())
        throw Error(ErrorKind::Input, path.string(), "holds the result of other inputs than its name says");
}

bool removeEntry(const CacheEntry& entry, ClearReport& report) {
    std::error_code failure;
    if (!fs::remove(entry.path, failure) || failure)
        return false;
    ++report.files;
    report.bytes += entry.bytes;
    return true;
}

} // namespace

std::vector<CacheEntry> scanCache(const fs::path& folder) {
    std::vector<CacheEntry> entries;
    std::error_code ended;
    for (fs::directory_iterator place(folder, ended), none; !ended && place != none; place.increment(ended)) {
        if (place->path().filename().string().size() != 2)
            continue;
        std::error_code unreadable;
        for (fs::directory_iterator file(place->path(), unreadable); !unreadable && file != none;
             file.increment(unreadable)) {
            const auto extension = file->path().extension();
            if (extension != kArtefact && extension != kCheckpoint && extension != kTemporary)
                continue;
            // Another process may remove it meanwhile.
            std::error_code gone;
            CacheEntry entry{file->path(), file->file_size(gone), {}, {}, {}};
            if (!gone)
                entry.used = file->last_write_time(gone);
            if (!gone)
                entries.push_back(std::move(entry));
        }
    }
    std::ranges::sort(entries, [](const CacheEntry& a, const CacheEntry& b) {
        return a.used != b.used ? a.used > b.used : a.path < b.path;
    });
    return entries;
}

std::vector<CacheEntry> listCache(const fs::path& folder, JobContext& job) {
    auto entries = scanCache(folder);
    job.beginStage("list the cache", entries.size());
    for (CacheEntry& entry : entries) {
        job.throwIfCancelled();
        describe(entry);
        job.advance();
    }
    return entries;
}

std::vector<CacheProblem> verifyCache(const fs::path& folder, JobContext& job) {
    std::vector<CacheProblem> problems;
    const auto entries = scanCache(folder);
    job.beginStage("verify the cache", entries.size());
    for (const CacheEntry& entry : entries) {
        job.throwIfCancelled();
        try {
            verifyEntry(entry, job);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Cancelled)
                throw;
            if (fs::exists(entry.path)) // not one that another process has removed meanwhile
                problems.push_back({entry.path, error.problem()});
        }
        job.advance();
    }
    return problems;
}

ClearReport clearCache(const fs::path& folder, const ClearRequest& request, JobContext& job) {
    ClearReport report;
    auto entries = scanCache(folder);
    job.beginStage("clear the cache", entries.size());
    for (CacheEntry& entry : entries) {
        job.throwIfCancelled();
        job.advance();
        if (request.unusedFor && ageOf(entry) < *request.unusedFor)
            continue;
        if (entry.path.extension() == kTemporary && ageOf(entry) < kLeftOverAge)
            continue;
        if (request.kind)
            describe(entry);
        if (!request.kind || entry.kind == *request.kind)
            removeEntry(entry, report);
    }
    return report;
}

ClearReport trimCache(const fs::path& folder, std::uint64_t limit, const std::vector<fs::path>& keep) {
    ClearReport report;
    const auto entries = scanCache(folder);
    std::uint64_t total = 0;
    for (const CacheEntry& entry : entries)
        total += entry.bytes;
    for (auto entry = entries.rbegin(); entry != entries.rend() && total > limit; ++entry) {
        if (ageOf(*entry) < kInUse)
            break; // the rest was used later still
        if (entry->path.extension() != kTemporary && std::ranges::find(keep, entry->path) == keep.end() &&
            removeEntry(*entry, report))
            total -= entry->bytes;
    }
    return report;
}

} // namespace vernier
