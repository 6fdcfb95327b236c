#pragma once

#include "core/base/job.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {

/// Is one file of the cache: an artefact, the hidden states of an unfinished computation, or what a killed process
/// left.
struct CacheEntry {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::filesystem::file_time_type used; ///< when it was last written or read
    std::string kind;                     ///< what its inputs say: "calibration block", …; "damaged", "left over"
    nlohmann::json inputs;                ///< what it was computed from; null when it does not say
};

/// All files of a cache folder without opening them (kind and inputs stay empty), most recently used first. Files that
/// are not the cache's are not listed.
std::vector<CacheEntry> scanCache(const std::filesystem::path& folder);

/// scanCache with kinds and inputs.
std::vector<CacheEntry> listCache(const std::filesystem::path& folder, JobContext& job);

/// What is wrong with a file of the cache.
struct CacheProblem {
    std::filesystem::path path;
    std::string problem;
};

/// Reads every file of the cache and checks every checksum, and that names and inputs agree. Changes nothing.
std::vector<CacheProblem> verifyCache(const std::filesystem::path& folder, JobContext& job);

/// Says which files to remove; those that meet all conditions.
struct ClearRequest {
    std::optional<std::string> kind;
    std::optional<std::chrono::seconds> unusedFor;
};

/// Says what was removed.
struct ClearReport {
    std::uint64_t files = 0, bytes = 0;
};

/// Removes files of the cache. Another process that has one open reads on, and computes again what it misses.
ClearReport clearCache(const std::filesystem::path& folder, const ClearRequest& request, JobContext& job);

/// Removes the least recently used artefacts and checkpoints until no more than limit bytes are left. What was used
/// during the last hour stays, because some process may be working with it, and so do the files in `keep`.
ClearReport trimCache(const std::filesystem::path& folder, std::uint64_t limit,
                      const std::vector<std::filesystem::path>& keep);

} // namespace vernier
