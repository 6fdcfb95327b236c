#pragma once

#include <cstdint>
#include <filesystem>

namespace vernier {

/// Is where artefacts are cached: $VERNIER_CACHE, else $XDG_CACHE_HOME/vernier, else ~/.cache/vernier.
std::filesystem::path cacheFolder();

/// How many bytes the cache may hold: $VERNIER_CACHE_LIMIT ("20GB"), else 20 GB. Throws Error{Input} when the variable
/// is no size.
std::uint64_t cacheLimit();

} // namespace vernier
