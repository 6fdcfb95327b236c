#include "core/store/recipe_json.h"

#include "core/base/error.h"
#include "core/dataset/packing_names.h"
#include "core/store/json_fields.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

/// Visits the fields that are left out where they have their default, with their keys.
template <class Recipe, class Visit>
void visitOptional(Recipe&& recipe, Visit&& visit) {
    visit("mode", recipe.mode);
    visit("separator_text", recipe.separatorText);
    visit("truncation", recipe.truncation);
    visit("short_documents", recipe.shortDocuments);
    visit("begin_of_text", recipe.beginOfText);
    visit("end_of_text", recipe.endOfText);
    visit("minimum_tokens", recipe.minimumTokens);
    visit("minimum_characters", recipe.minimumCharacters);
    visit("shuffle", recipe.shuffle);
    visit("seed", recipe.seed);
}

template <class Value>
json written(const Value& value) {
    if constexpr (std::is_enum_v<Value>)
        return nameOf(value);
    else
        return value;
}

void read(const JsonFields& fields, const char* key, std::string& value) {
    value = fields.text(key);
}
void read(const JsonFields& fields, const char* key, int& value) {
    value = fields.smallInteger(key);
}
void read(const JsonFields& fields, const char* key, bool& value) {
    value = fields.flag(key);
}
void read(const JsonFields& fields, const char* key, std::uint64_t& value) {
    value = fields.count(key);
}
template <class Choice>
void read(const JsonFields& fields, const char* key, Choice& value) {
    value = choiceFromName<Choice>(key, fields.text(key));
}

} // namespace

json toJson(const PackingRecipe& recipe) {
    json result = {{"separator", nameOf(recipe.separator)},
                   {"apply_chat_template", recipe.applyChatTemplate},
                   {"sequence_length", recipe.sequenceLength},
                   {"max_windows", recipe.maxWindows}};
    json standard;
    visitOptional(PackingRecipe(), [&](const char* key, const auto& value) { standard[key] = written(value); });
    visitOptional(recipe, [&](const char* key, const auto& value) {
        if (json here = written(value); here != standard[key])
            result[key] = std::move(here);
    });
    return result;
}

PackingRecipe packingRecipeFromJson(const json& json) {
    const JsonFields fields(json, "packing recipe");
    PackingRecipe recipe;
    read(fields, "separator", recipe.separator);
    read(fields, "apply_chat_template", recipe.applyChatTemplate);
    read(fields, "sequence_length", recipe.sequenceLength);
    read(fields, "max_windows", recipe.maxWindows);
    visitOptional(recipe, [&](const char* key, auto& value) {
        if (fields.find(key))
            read(fields, key, value);
    });
    recipe.validate();
    return recipe;
}

PackingRecipe changedRecipe(const PackingRecipe& recipe, const json& changes) {
    if (!changes.is_object())
        throw Error(ErrorKind::Input, "packing recipe", "is not an object of fields",
                    "write {\"sequence_length\": 512}");
    json whole = toJson(recipe);
    visitOptional(recipe, [&](const char* key, const auto& value) { whole[key] = written(value); });
    for (const auto& [key, value] : changes.items()) {
        if (!whole.contains(key)) {
            std::vector<std::string> keys;
            for (const auto& known : whole.items())
                keys.push_back(known.key());
            throw Error(ErrorKind::Input, "packing recipe", fmt::format("has no field {}", key),
                        fmt::format("there are {}", fmt::join(keys, ", ")));
        }
        whole[key] = value;
    }
    return packingRecipeFromJson(whole);
}

} // namespace vernier
