#include "core/model/fingerprint.h"

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "core/base/sha256.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kPiece = std::uint64_t{8} << 20;
constexpr std::uint64_t kRead = std::uint64_t{1} << 20;
constexpr Index kPiecesAtOnce = 8; // between two reports of progress
constexpr std::uint64_t kMemoLimit = 16u << 20;
constexpr std::time_t kSettled = 2;

std::string hashPiece(const Descriptor& file, const fs::path& path, std::uint64_t begin, std::uint64_t end,
                      const JobContext& job) {
    Sha256 hash;
    std::vector<std::byte> buffer(kRead);
    for (std::uint64_t at = begin; at < end; at += kRead) {
        job.throwIfCancelled();
        const std::span<std::byte> part(buffer.data(), std::min(kRead, end - at));
        readAt(file, at, part, path);
        hash.update(part);
    }
    return hash.finish();
}

std::string hashShard(const fs::path& path, std::uint64_t size, JobContext& job) {
    const Descriptor file(path, O_RDONLY);
    std::vector<std::string> digests((size + kPiece - 1) / kPiece);
    for (std::size_t first = 0; first < digests.size(); first += kPiecesAtOnce) {
        const auto count = std::min<Index>(kPiecesAtOnce, std::ssize(digests) - static_cast<Index>(first));
        parallelFor(count, [&](Index i) {
            const std::uint64_t piece = first + static_cast<std::uint64_t>(i), begin = piece * kPiece;
            digests[piece] = hashPiece(file, path, begin, std::min(size, begin + kPiece), job);
        });
        job.advance(static_cast<std::uint64_t>(count));
    }
    Sha256 all;
    for (const std::string& digest : digests)
        all.update(digest);
    return all.finish();
}

/// What a look at a file tells of its content, as text; nothing when it is too young to be trusted or cannot be seen.
std::optional<std::string> identityOf(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || std::time(nullptr) - status.st_mtim.tv_sec < kSettled)
        return std::nullopt;
    return fmt::format("{}:{}:{}:{}.{}:{}.{}", path.string(), status.st_size, status.st_ino, status.st_mtim.tv_sec,
                       status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

std::optional<std::string> identityOf(const Model& model) {
    std::string all;
    auto files = model.checkpoint.files();
    files.push_back(model.folder / "config.json");
    for (const fs::path& file : files) {
        const auto identity = identityOf(file);
        if (!identity)
            return std::nullopt;
        all += *identity + "\n";
    }
    return sha256(all);
}

/// A text of an entry of the memo; empty when it is none.
std::string textOf(const nlohmann::json& entry, const char* key) {
    return entry.is_object() && entry.contains(key) && entry[key].is_string() ? entry[key].get<std::string>()
                                                                              : std::string();
}

bool isDigest(const std::string& text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

std::string hashModel(const Model& model, JobContext& job) {
    const auto files = model.checkpoint.files();
    std::vector<std::uint64_t> sizes;
    std::uint64_t pieces = 0;
    for (const fs::path& file : files) {
        std::error_code failure;
        sizes.push_back(fs::file_size(file, failure));
        if (failure)
            throw ioError(file.string(), "cannot be examined", failure.value());
        pieces += (sizes.back() + kPiece - 1) / kPiece;
    }
    job.beginStage("identify the model", pieces);
    std::string digests = sha256(readFile(model.folder / "config.json", 16u << 20));
    for (std::size_t i = 0; i < files.size(); ++i)
        digests += hashShard(files[i], sizes[i], job);
    return sha256(digests);
}

FingerprintMemo::FingerprintMemo(fs::path file) : m_file(std::move(file)), m_known(nlohmann::json::object()) {
    std::error_code ignored;
    if (!fs::is_regular_file(m_file, ignored))
        return;
    try {
        if (auto stored = readJson(m_file, kMemoLimit); stored.is_object())
            m_known = std::move(stored);
    } catch (const Error&) { // read again from the weights
    }
}

std::string FingerprintMemo::fingerprint(const Model& model, JobContext& job) {
    const std::string folder = model.folder.string();
    const auto before = identityOf(model);
    const auto known = m_known.find(folder);
    if (before && known != m_known.end() && textOf(*known, "identity") == *before)
        if (std::string fingerprint = textOf(*known, "fingerprint"); isDigest(fingerprint))
            return fingerprint;
    const std::string fingerprint = hashModel(model, job);
    if (before && identityOf(model) == before) {
        try {
            m_known[folder] = {{"identity", *before}, {"fingerprint", fingerprint}};
            createFolders(m_file.parent_path());
            writeFile(m_file, m_known.dump(1));
        } catch (const Error& error) {
            job.log(fmt::format("{}; the model will be read again next time", error.what()));
        } catch (const nlohmann::json::exception&) { // a folder whose name is not UTF-8 is not remembered
        }
    }
    return fingerprint;
}

std::string FingerprintMemo::folderOf(const std::string& fingerprint) const {
    for (const auto& [folder, entry] : m_known.items())
        if (!fingerprint.empty() && textOf(entry, "fingerprint") == fingerprint)
            return folder;
    return {};
}

fs::path fingerprintMemoFile(const fs::path& cacheFolder) {
    return cacheFolder / "models.json";
}

} // namespace vernier
