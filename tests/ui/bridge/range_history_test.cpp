#include "ui/bridge/range_history.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

const ChosenRange kFirst{"a:input", ClippingMethod::Entropy, -1, 2};
const ChosenRange kOther{"a:input", std::nullopt, -3, 1};
const QString kTap = QStringLiteral("a:input");

TEST(RangeHistory, ChoosesUndoesAndRedoes) {
    RangeHistory history;
    const QSignalSpy changed(&history, &RangeHistory::changed);
    history.choose(kFirst);
    history.choose(kOther);
    ASSERT_TRUE(history.find(kTap));
    EXPECT_EQ(*history.find(kTap), kOther);
    EXPECT_TRUE(history.undoText().contains(kTap));
    history.undo();
    EXPECT_EQ(*history.find(kTap), kFirst);
    history.undo();
    EXPECT_FALSE(history.find(kTap));
    EXPECT_FALSE(history.canUndo());
    history.undo();
    history.redo();
    EXPECT_EQ(*history.find(kTap), kFirst);
    EXPECT_EQ(changed.count(), 5);
    history.forget(kTap);
    EXPECT_FALSE(history.find(kTap));
    EXPECT_FALSE(history.canRedo());
}

TEST(RangeHistory, RemembersOnlyWhatChangesSomething) {
    RangeHistory history;
    history.restart({kFirst});
    const QSignalSpy changed(&history, &RangeHistory::changed), failed(&history, &RangeHistory::failed);
    history.choose(kFirst);
    history.forget(QStringLiteral("b:input"));
    history.choose({"b:input", std::nullopt, 1, 2});
    EXPECT_EQ(changed.count(), 0);
    EXPECT_EQ(failed.count(), 1);
    EXPECT_FALSE(history.canUndo());
}

TEST(RangeHistory, KeepsABoundedNumberOfSteps) {
    RangeHistory history;
    const int steps = static_cast<int>(RangeHistory::kMostSteps) + 5;
    for (int i = 1; i <= steps; ++i)
        history.choose({"a:input", std::nullopt, 0, static_cast<double>(i)});
    int undone = 0;
    for (; history.canUndo(); ++undone)
        history.undo();
    EXPECT_EQ(undone, static_cast<int>(RangeHistory::kMostSteps));
    EXPECT_EQ(history.find(kTap)->high, 5);
}

} // namespace
} // namespace vernier::ui
