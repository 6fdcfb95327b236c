#include "core/store/recipe_json.h"

#include "core/dataset/packing_names.h"
#include "tests/support/caught_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;
using test::caughtError;
using testing::StartsWith;

PackingRecipe unusualRecipe() {
    PackingRecipe recipe;
    recipe.separator = Separator::Text;
    recipe.separatorText = "\n\n";
    recipe.mode = PackingMode::OnePerWindow;
    recipe.truncation = Truncation::RandomOffset;
    recipe.shortDocuments = ShortDocuments::LeaveOut;
    recipe.beginOfText = BeginOfText::PerWindow;
    recipe.endOfText = EndOfText::PerDocument;
    recipe.minimumTokens = 8;
    recipe.minimumCharacters = 20;
    recipe.shuffle = true;
    recipe.seed = 18446744073709551615u;
    return recipe;
}

TEST(RecipeJson, WritesWhatDiffersFromTheDefault) {
    PackingRecipe recipe;
    recipe.separator = Separator::None;
    recipe.applyChatTemplate = false;
    recipe.sequenceLength = 2048;
    recipe.maxWindows = 128;
    // The text of a recipe of format 1: cache keys and old projects depend on it.
    EXPECT_EQ(toJson(recipe).dump(),
              R"({"apply_chat_template":false,"max_windows":128,"separator":"none","sequence_length":2048})");
    recipe.minimumTokens = 3;
    EXPECT_EQ(toJson(recipe).size(), 5u);
    EXPECT_EQ(packingRecipeFromJson(toJson(recipe)), recipe);
    EXPECT_EQ(toJson(PackingRecipe()).at("separator"), "end_of_text");
    EXPECT_EQ(packingRecipeFromJson(toJson(PackingRecipe())), PackingRecipe());
}

TEST(RecipeJson, EveryFieldComesBackFromItsText) {
    const PackingRecipe recipe = unusualRecipe();
    const json written = toJson(recipe);
    EXPECT_EQ(written.size(), 14u);
    EXPECT_EQ(written.at("mode"), "one_per_window");
    EXPECT_EQ(written.at("begin_of_text"), "per_window");
    EXPECT_EQ(packingRecipeFromJson(json::parse(written.dump())), recipe);
}

TEST(RecipeJson, NamesTheKeyThatIsWrong) {
    const auto complaint = [](const char* key, const json& value) {
        json changed = toJson(unusualRecipe());
        changed[key] = value;
        const auto error = caughtError([&] { packingRecipeFromJson(changed); });
        return error ? std::string(error->what()) : "accepted";
    };
    EXPECT_EQ(complaint("separator", "comma"), "separator: comma is not known; use end_of_text, none, text, token");
    EXPECT_THAT(complaint("sequence_length", 0), StartsWith("sequence_length"));
    EXPECT_THAT(complaint("mode", "two"), StartsWith("mode: two is not known"));
    EXPECT_THAT(complaint("mode", 2), StartsWith("mode"));
    EXPECT_THAT(complaint("seed", -1), StartsWith("seed"));
    EXPECT_THAT(complaint("seed", 1.5), StartsWith("seed"));
    EXPECT_THAT(complaint("shuffle", "yes"), StartsWith("shuffle"));
    EXPECT_THAT(complaint("minimum_tokens", -1), StartsWith("minimum_tokens"));
    EXPECT_THAT(complaint("minimum_characters", 1e30), StartsWith("minimum_characters"));
    EXPECT_THAT(complaint("separator_text", ""), StartsWith("separator_text"));
    EXPECT_THAT(complaint("separator_text", std::string(2000, 'x')), StartsWith("separator_text"));
    EXPECT_EQ(complaint("comment", "keys of others are left alone"), "accepted");
    EXPECT_TRUE(caughtError([] { packingRecipeFromJson(json::array()); }));
    EXPECT_TRUE(caughtError([] { packingRecipeFromJson({{"separator", "none"}}); }));
}

template <class Choice>
class ChoiceNames : public testing::Test {};
using Choices = testing::Types<Separator, PackingMode, Truncation, ShortDocuments, BeginOfText, EndOfText, SetPurpose>;
TYPED_TEST_SUITE(ChoiceNames, Choices);

TYPED_TEST(ChoiceNames, GoBothWays) {
    for (const auto& [choice, name] : choiceNames<TypeParam>()) {
        EXPECT_EQ(nameOf(choice), name);
        EXPECT_EQ(choiceFromName<TypeParam>("key", name), choice);
    }
}

} // namespace
} // namespace vernier
