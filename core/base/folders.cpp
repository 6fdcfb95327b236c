#include "core/base/folders.h"

#include "core/base/byte_size.h"

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

std::uint64_t cacheLimit() {
    const char* value = std::getenv("VERNIER_CACHE_LIMIT");
    return value && *value ? parseByteSize(value, "VERNIER_CACHE_LIMIT") : 20'000'000'000;
}

} // namespace vernier
