#include "ui/bridge/set_history.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

CalibrationSet setOf(const char* name, DocumentList documents) {
    CalibrationSet set;
    set.name = name;
    set.documents = std::move(documents);
    return set;
}

const std::vector<std::uint32_t> kTwo{2};

SetEdit withoutTwo(const CalibrationSet& set) {
    return excludeDocuments(set, kTwo);
}

TEST(SetHistory, EditsUndoesAndRedoes) {
    SetHistory history;
    history.restart({setOf("a", {1, 2, 3})});
    QSignalSpy changed(&history, &SetHistory::changed);
    EXPECT_FALSE(history.canUndo());
    history.edit(QStringLiteral("a"), withoutTwo);
    EXPECT_EQ(history.sets()[0].documents, (DocumentList{1, 3}));
    EXPECT_FALSE(history.undoText().isEmpty());
    history.undo();
    EXPECT_EQ(history.sets()[0].documents, (DocumentList{1, 2, 3}));
    EXPECT_TRUE(history.canRedo());
    history.redo();
    EXPECT_EQ(history.sets()[0].documents, (DocumentList{1, 3}));
    EXPECT_EQ(changed.count(), 3);
    history.redo();
    EXPECT_EQ(changed.count(), 3);
}

TEST(SetHistory, DoesNotRememberWhatChangesNothing) {
    SetHistory history;
    history.restart({setOf("a", {1, 3})});
    QSignalSpy changed(&history, &SetHistory::changed);
    history.edit(QStringLiteral("a"), withoutTwo);
    EXPECT_FALSE(history.canUndo());
    EXPECT_EQ(changed.count(), 0);
}

TEST(SetHistory, ReportsRefusalsAndStaysAsItWas) {
    SetHistory history;
    history.restart({setOf("a", {1})});
    QSignalSpy failed(&history, &SetHistory::failed);
    history.edit(QStringLiteral("absent"), withoutTwo);
    history.edit([](SetList sets) { return createSet(sets, setOf("a", {})); });
    EXPECT_EQ(failed.count(), 2);
    EXPECT_FALSE(history.canUndo());
}

TEST(SetHistory, ForgetsWithAnotherProject) {
    SetHistory history;
    history.restart({setOf("a", {1, 2})});
    history.edit(QStringLiteral("a"), withoutTwo);
    history.restart({});
    EXPECT_FALSE(history.canUndo());
    EXPECT_TRUE(history.sets().empty());
}

} // namespace
} // namespace vernier::ui
