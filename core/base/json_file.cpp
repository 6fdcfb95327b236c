#include "core/base/json_file.h"

#include "core/base/error.h"
#include "core/base/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

nlohmann::json readJson(const std::filesystem::path& path, std::uint64_t limit) {
    const std::string content = readFile(path, limit);
    try {
        return nlohmann::json::parse(content);
    } catch (const nlohmann::json::parse_error& failure) {
        throw Error(ErrorKind::Input, fmt::format("{}, byte {}", path.string(), failure.byte), "is not valid JSON",
                    "download or export the file again");
    }
}

} // namespace vernier
