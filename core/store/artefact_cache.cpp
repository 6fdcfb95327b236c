#include "core/store/artefact_cache.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/store/cache_maintenance.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kInputs = "inputs";
constexpr std::chrono::hours kLeftoverAge{24};

std::string canonical(const nlohmann::json& inputs) {
    try {
        return inputs.dump();
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::Input, "cache key", "holds text that is not UTF-8",
                    "rename the file or folder it names");
    }
}

// Keys also come from project files, which anybody may have made: nothing but a digest becomes a path.
bool isKey(const std::string& key) {
    return key.size() == 64 && key.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Temporary files whose process was killed; younger ones may still be in the making.
void removeLeftovers(const fs::path& folder) {
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        std::error_code gone;
        if (entry->path().extension() == ".tmp" &&
            fs::file_time_type::clock::now() - entry->last_write_time(gone) > kLeftoverAge && !gone)
            fs::remove(entry->path(), gone);
    }
}

std::string warning(const fs::path& file, const Error& error, std::string_view consequence) {
    const bool namesFile = error.place().find(file.filename().string()) != std::string::npos;
    return fmt::format("{}{}: {}; {}", namesFile ? "" : file.string() + ": ", error.place(), error.problem(),
                       consequence);
}

} // namespace

ArtefactCache::ArtefactCache(fs::path folder, Warn warn) : m_folder(std::move(folder)), m_warn(std::move(warn)) {}

std::string ArtefactCache::key(const nlohmann::json& inputs) {
    return sha256(canonical(inputs));
}

fs::path ArtefactCache::path(const std::string& key) const {
    return m_folder / key.substr(0, 2) / (key + ".h5");
}

fs::path ArtefactCache::checkpointPath(const nlohmann::json& inputs) const {
    const std::string name = key(inputs);
    return m_folder / name.substr(0, 2) / (name + ".hidden");
}

void ArtefactCache::removeCheckpoint(const nlohmann::json& inputs) const {
    std::error_code ignored;
    fs::remove(checkpointPath(inputs), ignored);
}

bool ArtefactCache::has(const std::string& key) const {
    std::error_code ignored;
    return isKey(key) && fs::is_regular_file(path(key), ignored);
}

bool ArtefactCache::load(const std::string& key, const std::function<void(const H5File&)>& read,
                         const JobContext& job) const {
    if (!has(key))
        return false;
    const fs::path file = path(key);
    std::error_code ignored;
    bool isOpen = false;
    try {
        const H5File artefact = H5File::openRead(file, job);
        isOpen = true;
        if (sha256(artefact.readAttribute(kInputs)) != key)
            throw Error(ErrorKind::Input, file.string(), "holds the result of other inputs than its name says");
        read(artefact);
        fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
        return true;
    } catch (const Error& error) {
        // A system that refuses to open a file says nothing about its content.
        const bool isDamaged = error.kind() == ErrorKind::Input;
        if (isOpen && !isDamaged)
            throw;
        if (isDamaged)
            fs::remove(file, ignored);
        if (m_warn)
            m_warn(warning(file, error,
                           isDamaged ? "the file was removed and its content is computed again"
                                     : "its content is computed again"));
        return false;
    }
}

void ArtefactCache::refuse(const Error& error) const {
    if (error.kind() != ErrorKind::Io)
        throw error;
    throw Error(ErrorKind::Io, fmt::format("cache {}", m_folder.string()),
                fmt::format("cannot take a result: {} {}", error.place(), error.problem()),
                "free disk space, or name another folder in VERNIER_CACHE");
}

void ArtefactCache::prepare() const {
    try {
        createFolders(m_folder);
    } catch (const Error& error) {
        refuse(error);
    }
}

ArtefactCache::Hold ArtefactCache::hold(const std::vector<std::string>& keys, const nlohmann::json& checkpoint) const {
    std::vector<fs::path> files;
    for (const std::string& key : keys)
        files.push_back(path(key));
    if (!checkpoint.is_null())
        files.push_back(checkpointPath(checkpoint));
    auto held = std::make_shared<const std::vector<fs::path>>(std::move(files));
    const std::lock_guard lock(m_guard);
    m_held.emplace_back(held);
    return held;
}

void ArtefactCache::makeRoom(const fs::path& written) const {
    std::vector<fs::path> keep = {written};
    {
        const std::lock_guard lock(m_guard);
        std::erase_if(m_held, [](const auto& held) { return held.expired(); });
        for (const auto& weak : m_held)
            if (const auto held = weak.lock())
                keep.insert(keep.end(), held->begin(), held->end());
    }
    std::error_code ignored;
    for (const fs::path& file : keep)
        fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);
    if (m_limit > 0)
        trimCache(m_folder, m_limit, keep);
}

void ArtefactCache::save(const nlohmann::json& inputs, const std::function<void(H5File&)>& write,
                         const JobContext& job) const {
    const std::string text = canonical(inputs);
    const fs::path file = path(sha256(text));
    try {
        createFolders(file.parent_path());
        removeLeftovers(file.parent_path());
        replaceFile(file, [&](const fs::path& temporary) {
            H5File artefact = H5File::create(temporary, job);
            artefact.writeAttribute(kInputs, text);
            write(artefact);
            artefact.flush();
        });
        makeRoom(file);
    } catch (const Error& error) {
        refuse(error);
    }
}

} // namespace vernier
