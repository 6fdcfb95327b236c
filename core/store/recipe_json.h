#pragma once

#include "core/dataset/packing_recipe.h"

#include <nlohmann/json_fwd.hpp>

namespace vernier {

/// The JSON form of a recipe: in project files, manifests of sets and --json output. "separator",
/// "apply_chat_template", "sequence_length" and "max_windows" are always there, the other keys only where they differ
/// from the default, so that a recipe of an older Vernier reads and is written as it was.
nlohmann::json toJson(const PackingRecipe& recipe);

/// Throws Error{Input} naming the key that is missing, of another type or out of range; ignores keys it does not know.
PackingRecipe packingRecipeFromJson(const nlohmann::json& json);

/// The recipe with the members of changes in place of its own. Throws Error{Input} as packingRecipeFromJson does, and
/// for a key that no recipe has.
PackingRecipe changedRecipe(const PackingRecipe& recipe, const nlohmann::json& changes);

} // namespace vernier
