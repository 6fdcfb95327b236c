#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vernier {

/// Is a value of a GGUF file's metadata. Whole numbers are written as u32, i32 or f32 as their type says; lists are of
/// one type.
using GgufValue = std::variant<bool, std::uint32_t, std::int32_t, float, std::uint64_t, double, std::string,
                               std::vector<std::string>, std::vector<std::int32_t>, std::vector<float>>;

/// Is the metadata of a GGUF file, in its order.
using GgufMetadata = std::vector<std::pair<std::string, GgufValue>>;

} // namespace vernier
