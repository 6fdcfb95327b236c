#include "core/export/export_folder.h"

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>

namespace vernier {

namespace fs = std::filesystem;

namespace {

/// "out/" and "out" are the same folder; the name is what gets a sibling.
fs::path withoutTrailingSlash(fs::path path) {
    path = path.lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

fs::path parentOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

} // namespace

ExportFolder::ExportFolder(fs::path target, bool replace) : m_target(withoutTrailingSlash(std::move(target))) {
    std::error_code unreadable;
    const auto status = fs::symlink_status(m_target, unreadable);
    if (fs::exists(status)) {
        if (!replace)
            throw Error(ErrorKind::Input, m_target.string(), "exists already",
                        "name another folder, or ask for it to be replaced (--replace)");
        if (!fs::is_directory(status) || !fs::exists(m_target / kRecipeFile, unreadable))
            throw Error(ErrorKind::Input, m_target.string(), "exists and was not made by an export",
                        "name another folder, or remove it yourself");
        m_replaces = true;
    }
    createFolders(parentOf(m_target));
    m_temporary = temporarySibling(m_target);
    if (::mkdir(m_temporary.c_str(), 0777) != 0)
        throw ioError(m_temporary.string(), "cannot be created", errno);
}

ExportFolder::~ExportFolder() {
    std::error_code ignored;
    if (!m_temporary.empty())
        fs::remove_all(m_temporary, ignored);
}

void ExportFolder::write(std::string_view name, std::string_view content) const {
    const fs::path path = m_temporary / name;
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    writeAt(file, 0, std::as_bytes(std::span(content)), path);
    flushToDisk(file, path);
}

void ExportFolder::publish() {
    flushFolderToDisk(m_temporary);
    if (m_replaces) {
        // The old export steps aside first: a folder cannot be renamed onto one that is not empty.
        const fs::path old = temporarySibling(m_target);
        if (::rename(m_target.c_str(), old.c_str()) != 0)
            throw ioError(m_target.string(), "cannot be replaced", errno);
        if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
            const int reason = errno;
            ::rename(old.c_str(), m_target.c_str());
            throw ioError(m_target.string(), "cannot be replaced", reason);
        }
        m_temporary = old; // removed with this object
    } else {
        // Somebody else's empty folder of that name would be taken over by a plain rename.
        if (::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE) != 0 &&
            (errno != EINVAL || ::rename(m_temporary.c_str(), m_target.c_str()) != 0))
            throw ioError(m_target.string(), "cannot be created", errno);
        m_temporary.clear();
    }
    flushFolderToDisk(parentOf(m_target));
}

} // namespace vernier
