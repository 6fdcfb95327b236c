#pragma once

#include <cstdint>
#include <filesystem>

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// Reads a JSON file of at most limit bytes. Throws Error{Input} naming the file and the byte where it stops being
/// JSON.
nlohmann::json readJson(const std::filesystem::path& path, std::uint64_t limit = 256u << 20);

} // namespace vernier
