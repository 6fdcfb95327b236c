#include "core/base/folders.h"

#include <cstdlib>

namespace vernier {

std::filesystem::path cacheFolder() {
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::filesystem::path(value ? value : "");
    };
    if (const auto own = variable("VERNIER_CACHE"); !own.empty())
        return own;
    if (const auto xdg = variable("XDG_CACHE_HOME"); xdg.is_absolute())
        return xdg / "vernier";
    if (const auto home = variable("HOME"); !home.empty())
        return home / ".cache" / "vernier";
    return std::filesystem::temp_directory_path() / "vernier-cache";
}

} // namespace vernier
