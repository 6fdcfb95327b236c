#pragma once

#include <filesystem>

namespace vernier {

/// Is where artefacts are cached: $VERNIER_CACHE, else $XDG_CACHE_HOME/vernier, else ~/.cache/vernier.
std::filesystem::path cacheFolder();

} // namespace vernier
