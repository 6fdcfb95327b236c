#pragma once

#include "core/store/project.h"

#include <filesystem>

namespace vernier {

/// Reads a .vernier file: HDF5, layout described in core/store/README.md. Throws Error{Io} when unreadable,
/// Error{Input} naming file and dataset for whatever is damaged, Error{Unsupported} naming the format when it is newer
/// than this Vernier.
Project loadProject(const std::filesystem::path& path);

/// Writes the whole project beside path and renames it, so that path holds the old project or the new one. Throws
/// Error{Io} naming path, Error{Internal} when a set names a document that the corpus does not have.
void saveProject(const Project& project, const std::filesystem::path& path);

} // namespace vernier
