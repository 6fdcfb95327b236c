#pragma once

#include "core/dataset/packing_recipe.h"

#include <QString>

namespace vernier::ui {

/// How a recipe makes windows, apart from their number and length, in one line: "documents joined, end-of-text token
/// between them, and cut".
QString recipeText(const PackingRecipe& recipe);

} // namespace vernier::ui
