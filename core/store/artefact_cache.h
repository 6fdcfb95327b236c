#pragma once

#include "core/base/error.h"
#include "core/store/h5_file.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Keeps write-once results under the user's cache folder: one HDF5 file per artefact, FOLDER/ab/abcdef….h5, named by
/// the SHA-256 of the canonical JSON of what it was computed from. Several processes may share a folder.
class ArtefactCache {
public:
    using Warn = std::function<void(const std::string& line)>;

    /// warn receives a line for every artefact that load() could not use.
    explicit ArtefactCache(std::filesystem::path folder, Warn warn = {});

    /// The name of an artefact: SHA-256 of the JSON dump with sorted keys. inputs says kind, format version and
    /// everything the content depends on.
    static std::string key(const nlohmann::json& inputs);

    /// Whether there is such a file, intact or not.
    bool has(const std::string& key) const;

    /// Opens the artefact and hands it to read(); false when there is none. One that is no intact HDF5 file, whose
    /// recorded inputs are not those of its name, or for which read() throws Error{Input} is warned of, removed and
    /// reported as absent; one that the system refuses to open is warned of and reported as absent. Whatever else
    /// read() throws comes through. Sets the file's modification time, so that the least recently used ones can be
    /// told. A key that is not a SHA-256 digest names nothing. Throws Cancelled while large datasets are read.
    bool load(const std::string& key, const std::function<void(const H5File&)>& read, const JobContext& job = {}) const;

    /// Keeps these artefacts, and the checkpoint of the key `checkpoint`, from being removed for lack of room as long
    /// as the returned value lives; every save() marks them as used, so that other processes leave them alone as well.
    using Hold = std::shared_ptr<const std::vector<std::filesystem::path>>;
    [[nodiscard]] Hold hold(const std::vector<std::string>& keys, const nlohmann::json& checkpoint) const;

    /// Sets how many bytes the folder may hold; 0, as at first, for any number.
    void setLimit(std::uint64_t bytes) { m_limit = bytes; }

    /// Writes an artefact at a temporary name, flushes and renames it; inputs are recorded as the root attribute
    /// "inputs". Removes what killed processes left beside it a day ago or earlier. Throws Cancelled, Error{Io} naming
    /// the folder and the remedy when the cache cannot be written; nothing half-written stays. When the folder then
    /// holds more than its limit, least recently used artefacts are removed (trimCache), never the one just written or
    /// a held one.
    void save(const nlohmann::json& inputs, const std::function<void(H5File&)>& write,
              const JobContext& job = {}) const;

    /// Where the hidden states of an unfinished computation are kept: beside the artefacts, FOLDER/ab/abcdef….hidden,
    /// named by the digest of its inputs.
    std::filesystem::path checkpointPath(const nlohmann::json& inputs) const;

    /// Makes the folder. Throws Error{Io} as save() does: whoever will have results to keep had better ask before a
    /// long computation.
    void prepare() const;

    /// Removes that checkpoint: of a computation whose results are all there, which a killed process left.
    void removeCheckpoint(const nlohmann::json& inputs) const;

    const std::filesystem::path& folder() const { return m_folder; }

private:
    [[noreturn]] void refuse(const Error& error) const;
    std::filesystem::path path(const std::string& key) const;
    void makeRoom(const std::filesystem::path& written) const;

    std::filesystem::path m_folder;
    std::uint64_t m_limit = 0;
    mutable std::mutex m_guard;
    mutable std::vector<std::weak_ptr<const std::vector<std::filesystem::path>>> m_held;
    Warn m_warn;
};

} // namespace vernier
