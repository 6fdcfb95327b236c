#pragma once

#include "core/base/job.h"
#include "core/model/model.h"

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace vernier {

/// SHA-256 that identifies config.json and all weights of a model; part of every cache key. Reads the whole checkpoint,
/// pieces of 8 MiB in parallel: the digest of a shard is that of its pieces' digests. Throws Error{Io} naming a shard
/// that cannot be read, Cancelled.
std::string hashModel(const Model& model, JobContext& job);

/// Remembers fingerprints in a small JSON file, so that a model is read once and not at every start. A model is known
/// again by the path, size, inode and times of content and status change (mtime, ctime) of config.json and every shard.
/// What this misses: a file rewritten within the clock's resolution of being hashed (files younger than two seconds are
/// therefore not remembered), on a machine whose clock was set back, or on a network file system that invents these
/// numbers. `vernier cache clear --all` forgets everything.
class FingerprintMemo {
public:
    /// Reads the file; one that is absent or damaged is as good as empty.
    explicit FingerprintMemo(std::filesystem::path file);

    /// The fingerprint of a model, remembered or computed and then remembered. A file that cannot be written is no
    /// error.
    std::string fingerprint(const Model& model, JobContext& job);

    /// The folder last seen with a fingerprint; empty when none was.
    std::string folderOf(const std::string& fingerprint) const;

private:
    std::filesystem::path m_file;
    nlohmann::json m_known; ///< folder → {identity, fingerprint}
};

/// Where a cache folder keeps its memo.
std::filesystem::path fingerprintMemoFile(const std::filesystem::path& cacheFolder);

} // namespace vernier
