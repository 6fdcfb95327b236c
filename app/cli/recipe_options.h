#pragma once

#include "core/dataset/packing_recipe.h"

#include <functional>
#include <vector>

#include <CLI/App.hpp>

namespace vernier::cli {

/// Is what a command line says about a packing recipe, as changes to the one that a set has.
class RecipeOptions {
public:
    /// Adds the options to a verb. This must live until the verb has run.
    void addTo(CLI::App& verb);

    /// The recipe with what was said. Throws Error{Input} when that makes no recipe.
    PackingRecipe changed(PackingRecipe recipe) const;

private:
    template <class Field>
    void change(Field PackingRecipe::*field, Field value);
    template <class Field>
    void addNumber(CLI::App& verb, const char* option, Field PackingRecipe::*field, Field least, Field most,
                   const char* help);
    template <class Field>
    void addChoice(CLI::App& verb, const char* option, Field PackingRecipe::*field,
                   std::vector<std::pair<std::string, Field>> words, const char* help);
    template <class Field>
    void addFlag(CLI::App& verb, const char* option, Field PackingRecipe::*field, Field value, const char* help);
    void addSeparator(CLI::App& verb);

    std::vector<std::function<void(PackingRecipe&)>> m_changes;
};

} // namespace vernier::cli
