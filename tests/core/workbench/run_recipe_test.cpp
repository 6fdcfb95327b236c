#include "core/workbench/run_recipe.h"

#include "core/base/error.h"
#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Recipes : public test::SmallProject {
protected:
    RunRecipe makeRecipe() {
        QuantizeRequest request{"first", {}, calibration};
        request.settings.scheme = {3, 64, false};
        const vernier::Run run = quantize(bench, project, request, job).run;
        remember(project, run);
        // As it comes back from a file.
        return runRecipeFromJson(nlohmann::json::parse(toJson(recipeOf(bench, project, run, job)).dump()));
    }
};

TEST_F(Recipes, MakeTheSameRunWithNothingInTheCache) {
    const RunRecipe recipe = makeRecipe();
    Workbench elsewhere(folder / "other-cache");
    const Reproduction made = reproduce(elsewhere, project, recipe, {}, "again", job);
    EXPECT_THAT(made.differences, IsEmpty());
    EXPECT_EQ(made.run.name, "again");
    EXPECT_EQ(made.run.reports.size(), 42u);
}

TEST_F(Recipes, NameTheInputThatDiffers) {
    const RunRecipe recipe = makeRecipe();
    Project other = project;
    for (CalibrationSet& set : other.sets)
        if (set.name == "calibration") {
            set.documents = {};
            set.documents.appendRun(20, 60);
        }
    EXPECT_THAT(reproduce(bench, other, recipe, {}, {}, job).differences,
                ElementsAre(StartsWith("documents of the set"), StartsWith("windows"), StartsWith("codes")));
    RunRecipe changed = recipe;
    changed.settings.scheme.bits = 4;
    EXPECT_THAT(reproduce(bench, project, changed, {}, {}, job).differences, ElementsAre(StartsWith("codes")));
    other.sets.clear();
    EXPECT_THROW(reproduce(bench, other, recipe, {}, {}, job), Error);
}

TEST_F(Recipes, OfOtherFormsAreRefused) {
    nlohmann::json json = toJson(makeRecipe());
    EXPECT_NO_THROW(runRecipeFromJson(json));
    for (const char* key : {"settings", "model", "calibration", "codes_sha256", "format"}) {
        nlohmann::json without = json;
        without.erase(key);
        EXPECT_THROW(runRecipeFromJson(without), Error) << key;
    }
    json["version"] = 2;
    EXPECT_THROW(runRecipeFromJson(json), Error);
    EXPECT_THROW(runRecipeFromJson("text"), Error);
}

} // namespace
} // namespace vernier
