#include "core/curate/set_edit.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Property;
using testing::Throws;

using Documents = std::vector<std::uint32_t>;

CalibrationSet calibration(DocumentList documents = {4, 7, 4, 1}) {
    CalibrationSet set;
    set.name = "calibration";
    set.documents = std::move(documents);
    set.recipe.sequenceLength = 64;
    return set;
}

TEST(SetEdit, AddsWhatIsNotThereYet) {
    const CalibrationSet set = calibration();
    const SetEdit edit = addDocuments(set, Documents{1, 9, 3, 9});
    EXPECT_THAT(edit.set.documents, ElementsAre(4, 7, 4, 1, 9, 3));
    EXPECT_EQ(edit.description, "added 2 documents to calibration");
    EXPECT_EQ(edit.set.recipe, set.recipe);
    EXPECT_THAT(set.documents, ElementsAre(4, 7, 4, 1));
}

TEST(SetEdit, ExcludesAndKeepsEveryOccurrence) {
    EXPECT_THAT(excludeDocuments(calibration(), Documents{4, 99}).set.documents, ElementsAre(7, 1));
    EXPECT_EQ(excludeDocuments(calibration(), Documents{7}).description, "left 1 document out of calibration");
    EXPECT_THAT(keepOnlyDocuments(calibration(), Documents{1, 4}).set.documents, ElementsAre(4, 4, 1));
    EXPECT_THAT(keepOnlyDocuments(calibration(), {}).set.documents, IsEmpty());
}

TEST(SetEdit, RepeatsDocumentsWhereTheyStoodFirst) {
    EXPECT_THAT(multiplyDocuments(calibration(), Documents{4}, 3).set.documents, ElementsAre(4, 4, 4, 7, 1));
    EXPECT_THAT(multiplyDocuments(calibration(), Documents{4}, 1).set.documents, ElementsAre(4, 7, 1));
    EXPECT_THAT(multiplyDocuments(calibration(), Documents{4, 1}, 0).set.documents, ElementsAre(7));
    EXPECT_THAT([] { multiplyDocuments(calibration(), Documents{4}, -1); },
                Throws<Error>(Property(&Error::place, "times")));
    std::vector<std::uint32_t> many(20'000);
    for (std::uint32_t i = 0; i < many.size(); ++i)
        many[i] = i;
    EXPECT_THAT([&] { multiplyDocuments(calibration(many), many, 1000); },
                Throws<Error>(Property(&Error::problem, HasSubstr("more than 16777216 places"))));
}

TEST(SetEdit, ReordersAndKeepsWhatIsNotNamed) {
    EXPECT_THAT(reorderDocuments(calibration(), Documents{1, 4, 99, 1}).set.documents, ElementsAre(1, 4, 4, 7));
    EXPECT_THAT(reorderDocuments(calibration(), {}).set.documents, ElementsAre(4, 7, 4, 1));
}

TEST(SetEdit, ShufflesBySeed) {
    std::vector<std::uint32_t> hundred(100);
    for (std::uint32_t i = 0; i < 100; ++i)
        hundred[i] = i;
    const CalibrationSet set = calibration(hundred);
    const DocumentList first = shuffleDocuments(set, 1).set.documents;
    EXPECT_EQ(shuffleDocuments(set, 1).set.documents, first);
    EXPECT_NE(shuffleDocuments(set, 2).set.documents, first);
    EXPECT_NE(first, set.documents);
    EXPECT_THAT(first, testing::UnorderedElementsAreArray(hundred));
}

TEST(SetEdit, ChangesRecipeAndPurpose) {
    PackingRecipe recipe;
    recipe.sequenceLength = 1;
    EXPECT_THROW(changeRecipe(calibration(), recipe), Error);
    recipe.sequenceLength = 128;
    const SetEdit edit = changeRecipe(calibration(), recipe);
    EXPECT_EQ(edit.set.recipe, recipe);
    EXPECT_TRUE(edit.set.documents.shares(edit.set.documents));
    EXPECT_EQ(changePurpose(calibration(), SetPurpose::Evaluation).set.purpose, SetPurpose::Evaluation);
}

TEST(SetsEdit, CreatesRenamesDuplicatesReplacesAndDeletes) {
    std::vector<CalibrationSet> sets = createSet({}, calibration()).sets;
    sets = duplicateSet(sets, "calibration", "copy").sets;
    ASSERT_EQ(sets.size(), 2u);
    EXPECT_TRUE(sets[0].documents.shares(sets[1].documents)); // copies cost nothing
    sets = replaceSet(sets, excludeDocuments(requireSet(sets, "copy"), Documents{4})).sets;
    EXPECT_THAT(requireSet(sets, "copy").documents, ElementsAre(7, 1));
    EXPECT_THAT(requireSet(sets, "calibration").documents, ElementsAre(4, 7, 4, 1));
    const SetsEdit renamed = renameSet(sets, "copy", "größe");
    EXPECT_EQ(renamed.description, "renamed copy to größe");
    EXPECT_EQ(renamed.sets[1].name, "größe");
    EXPECT_EQ(renameSet(sets, "copy", "copy").sets, sets);
    EXPECT_THAT(deleteSet(sets, "calibration").sets, ElementsAre(sets[1]));
}

TEST(SetsEdit, RefusesNamesThatAreTakenOrNoNames) {
    const std::vector<CalibrationSet> sets = createSet({}, calibration()).sets;
    EXPECT_THAT([&] { createSet(sets, calibration()); }, Throws<Error>(Property(&Error::problem, "exists already")));
    for (const std::string& name : {std::string(), std::string(201, 'x'), std::string("\xFF")})
        EXPECT_THROW(renameSet(sets, "calibration", name), Error);
    EXPECT_THAT([&] { deleteSet(sets, "other"); },
                Throws<Error>(Property(&Error::remedy, "the project has calibration")));
}

TEST(DocumentList, CopiesOnlyWhenOneOfTwoChanges) {
    DocumentList list = {1, 2};
    DocumentList copy = list;
    EXPECT_TRUE(copy.shares(list));
    copy.push_back(3);
    EXPECT_FALSE(copy.shares(list));
    EXPECT_THAT(list, ElementsAre(1, 2));
    EXPECT_THAT(copy, ElementsAre(1, 2, 3));
    DocumentList none;
    EXPECT_EQ(none, DocumentList(std::vector<std::uint32_t>()));
    none.push_back(5);
    EXPECT_THAT(none, ElementsAre(5));
    DocumentList run = none;
    run.appendRun(7, 3);
    EXPECT_THAT(run, ElementsAre(5, 7, 8, 9));
    EXPECT_THAT(none, ElementsAre(5));
}

} // namespace
} // namespace vernier
