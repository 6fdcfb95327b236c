#include "core/curate/curation_history.h"

#include "core/base/random.h"
#include "core/curate/split_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;

std::vector<CalibrationSet> twoSets() {
    CalibrationSet set;
    set.name = "a";
    set.documents = {0, 1, 2, 3, 4, 5, 6, 7};
    CalibrationSet other = set;
    other.name = "b";
    return {set, other};
}

SetsEdit randomEdit(const std::vector<CalibrationSet>& sets, SeededRandom& random, int step) {
    const CalibrationSet& set = sets[random.below(sets.size())];
    std::vector<std::uint32_t> some;
    for (std::uint64_t i = random.below(5); i > 0; --i)
        some.push_back(static_cast<std::uint32_t>(random.below(12)));
    const std::string fresh = "set " + std::to_string(step);
    switch (random.below(9)) {
    case 0:
        return replaceSet(sets, addDocuments(set, some));
    case 1:
        return replaceSet(sets, excludeDocuments(set, some));
    case 2:
        return replaceSet(sets, keepOnlyDocuments(set, some));
    case 3:
        return replaceSet(sets, multiplyDocuments(set, some, static_cast<int>(random.below(3))));
    case 4:
        return replaceSet(sets, shuffleDocuments(set, random.next()));
    case 5:
        return replaceSet(sets, reorderDocuments(set, some));
    case 6:
        return renameSet(sets, set.name, fresh);
    case 7:
        return duplicateSet(sets, set.name, fresh);
    default:
        return sets.size() > 1 ? deleteSet(sets, set.name) : duplicateSet(sets, set.name, fresh);
    }
}

TEST(CurationHistory, UndoesAndRedoesAnySequenceOfEdits) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        SeededRandom random(seed);
        CurationHistory history(twoSets());
        std::vector<std::vector<CalibrationSet>> states = {history.sets()}; // what every state must be
        std::size_t position = 0;
        for (int step = 0; step < 60; ++step) {
            switch (random.below(4)) {
            case 0:
                history.undo();
                position -= position > 0 ? 1 : 0;
                break;
            case 1:
                history.redo();
                position += position + 1 < states.size() ? 1 : 0;
                break;
            default:
                SetsEdit edit = randomEdit(history.sets(), random, step);
                states.resize(++position);
                states.push_back(edit.sets);
                history.apply(std::move(edit));
            }
            ASSERT_EQ(history.sets(), states[position]);
            ASSERT_EQ(history.position(), position);
            ASSERT_EQ(history.steps().size(), states.size() - 1);
        }
        while (history.canUndo())
            history.undo();
        EXPECT_EQ(history.sets(), twoSets());
    }
}

TEST(CurationHistory, NamesItsStepsAndGoesToAnyOfThem) {
    CurationHistory history(twoSets());
    EXPECT_FALSE(history.canUndo());
    EXPECT_FALSE(history.canRedo());
    history.undo(), history.redo();
    history.apply(deleteSet(history.sets(), "b"));
    history.apply(renameSet(history.sets(), "a", "c"));
    EXPECT_THAT(history.steps(), ElementsAre("deleted b", "renamed a to c"));
    history.goTo(0);
    EXPECT_EQ(history.sets(), twoSets());
    EXPECT_THAT(history.steps(), ElementsAre("deleted b", "renamed a to c"));
    history.goTo(99);
    EXPECT_EQ(history.sets().front().name, "c");
    history.goTo(1);
    history.apply(renameSet(history.sets(), "a", "d"));
    EXPECT_THAT(history.steps(), ElementsAre("deleted b", "renamed a to d"));
}

TEST(CurationHistory, KeepsALimitedNumberOfStatesThatShareLists) {
    CurationHistory history(twoSets());
    for (std::size_t i = 0; i < CurationHistory::kMostSteps + 10; ++i)
        history.apply(replaceSet(history.sets(), shuffleDocuments(history.sets()[0], i)));
    EXPECT_EQ(history.steps().size(), CurationHistory::kMostSteps);
    const CalibrationSet untouched = history.sets()[1];
    history.goTo(0);
    EXPECT_TRUE(history.sets()[1].documents.shares(untouched.documents));
}

} // namespace
} // namespace vernier
