#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {

/// Levels of nesting that foreign JSON may have; deeper values could overflow the stack of whoever walks them.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Members one kept object may have; ordered_json looks names up one by one, so more of them would cost quadratic time.
inline constexpr std::size_t kMaxJsonMembers = 256;

/// Is what foreign JSON was read as, or the reason why it was refused.
struct BoundedJson {
    nlohmann::ordered_json value;
    std::string problem;              ///< "is not valid JSON from byte 7 on"; empty when value is good
    std::vector<std::string> members; ///< names of the first few members of the outermost object, kept or not
};

/// Adds a name to members while there is room.
void noteMember(BoundedJson& json, std::string_view name);

/// Parses text of unknown origin in its own key order, within the two limits. Of an outermost object only the members
/// keep() wants are built, the others are checked and forgotten; an empty keep wants all.
BoundedJson parseBounded(std::string_view text, const std::function<bool(std::string_view)>& keep = {});

} // namespace vernier
