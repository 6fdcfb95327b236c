#include "core/workbench/edit_runs.h"

#include "core/workbench/quantize.h"
#include "core/workbench/run_history.h"
#include "tests/support/caught_error.h"

#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::caughtError;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Names = std::vector<std::string>;

Project projectOf(const Names& names) {
    Project project;
    for (const std::string& name : names) {
        project.runs.emplace_back();
        project.runs.back().name = name;
    }
    return project;
}

/// What a person sees of the runs: "a[x, y]{note}* b".
std::string seen(const Project& project) {
    std::string text;
    for (const vernier::Run& run : project.runs)
        text += fmt::format("{}{}[{}]{{{}}}{}", text.empty() ? "" : " ", run.name, fmt::join(run.tags, ","), run.note,
                            run.name == project.baselineRun ? "*" : "");
    return text;
}

Project carriedOut(Project project, const RunsEdit& edit) {
    apply(project, edit);
    return project;
}

TEST(EditRuns, RenamingKeepsTheBaselineWithItsRun) {
    Project project = projectOf({"a", "b"});
    project.baselineRun = "b";
    const RunsEdit edit = renameRun(project, "b", "größer");
    EXPECT_EQ(edit.description, "renamed b to größer");
    EXPECT_EQ(seen(project), "a[]{} b[]{}*") << "an edit changes nothing by itself";
    Project renamed = carriedOut(project, edit);
    EXPECT_EQ(seen(renamed), "a[]{} größer[]{}*");
    revert(renamed, edit);
    EXPECT_EQ(seen(renamed), seen(project));
    EXPECT_THAT(renameRun(project, "a", "a").changes, IsEmpty());
}

TEST(EditRuns, NamesThatCannotBeAreRefused) {
    const Project project = projectOf({"a", "b"});
    for (const std::string& name : {std::string(), std::string("  "), std::string(201, 'x'), std::string("x\ny"),
                                    std::string("\xff"), std::string("b")}) {
        const auto error = caughtError([&] { renameRun(project, "a", name); });
        ASSERT_TRUE(error) << name;
        EXPECT_EQ(error->kind(), ErrorKind::Input);
    }
    EXPECT_NO_THROW(renameRun(project, "a", std::string(200, 'x')));
    EXPECT_THAT(caughtError([&] { renameRun(project, "c", "d"); })->what(), HasSubstr("run c"));
}

TEST(EditRuns, DeletedRunsComeBackWhereTheyStood) {
    Project project = projectOf({"a", "b", "c", "d", "e"});
    project.baselineRun = "d";
    project.runs[3].note = "best";
    const RunsEdit edit = deleteRuns(project, Names{"d", "a", "b", "d"});
    EXPECT_EQ(edit.description, "deleted 4 runs");
    Project without = carriedOut(project, edit);
    EXPECT_EQ(seen(without), "c[]{} e[]{}");
    EXPECT_EQ(without.baselineRun, "");
    revert(without, edit);
    EXPECT_EQ(seen(without), "a[]{} b[]{} c[]{} d[]{best}* e[]{}");
    EXPECT_EQ(deleteRuns(project, Names{"b"}).description, "deleted b");
}

TEST(EditRuns, TagsStandOnceInTheOrderGiven) {
    Project project = projectOf({"a", "b"});
    project.runs[0].tags = {"old", "law"};
    const RunsEdit edit = tagRuns(project, Names{"a", "b"}, Names{"law", "final"}, Names{"old"});
    Project tagged = carriedOut(project, edit);
    EXPECT_EQ(seen(tagged), "a[law,final]{} b[law,final]{}");
    revert(tagged, edit);
    EXPECT_EQ(seen(tagged), seen(project));
    EXPECT_THAT(tagRuns(project, Names{"a"}, Names{"law"}, {}).changes, IsEmpty());
    EXPECT_THAT(setRunTags(project, "a", {"x", "x"}).changes, testing::SizeIs(1));

    Names many;
    for (int i = 0; i < 21; ++i)
        many.push_back(fmt::format("tag {}", i));
    for (const Names& bad : {many, Names{"a,b"}, Names{""}, Names{std::string(61, 'x')}, Names{"a\tb"}})
        EXPECT_TRUE(caughtError([&] { setRunTags(project, "a", bad); })) << bad.front();
    many.pop_back();
    EXPECT_NO_THROW(setRunTags(project, "a", many));
}

TEST(EditRuns, TextBecomesTags) {
    EXPECT_THAT(tagsFromText(" law , ,mixed set,"), ElementsAre("law", "mixed set"));
    EXPECT_THAT(tagsFromText(""), IsEmpty());
    EXPECT_EQ(tagsText(Names{"law", "mixed set"}), "law, mixed set");
}

TEST(EditRuns, NotesHaveALimit) {
    const Project project = projectOf({"a"});
    EXPECT_EQ(seen(carriedOut(project, noteRun(project, "a", "two\nlines"))), "a[]{two\nlines}");
    EXPECT_NO_THROW(noteRun(project, "a", std::string(10'000, 'x')));
    EXPECT_TRUE(caughtError([&] { noteRun(project, "a", std::string(10'001, 'x')); }));
    EXPECT_TRUE(caughtError([&] { noteRun(project, "a", "\xc3"); }));
}

TEST(EditRuns, ARunMadeUnderTheNameOfADeletedOneMakesRoom) {
    Project project = projectOf({"a", "b", "c", "a-2"});
    project.runs[0].note = "old";
    const RunsEdit edit = deleteRuns(project, Names{"a", "c"});
    apply(project, edit);
    project.runs.push_back(projectOf({"a"}).runs[0]);
    revert(project, edit);
    EXPECT_EQ(seen(project), "a[]{old} b[]{} c[]{} a-2[]{} a-3[]{}");
}

TEST(EditRuns, AnEditThatCannotBeCarriedOutLeavesTheProject) {
    Project project = projectOf({"a", "b", "c"});
    const RunsEdit edit = deleteRuns(project, Names{"a", "b"});
    std::erase_if(project.runs, [](const vernier::Run& run) { return run.name == "b"; });
    const auto error = caughtError([&] { apply(project, edit); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("run b: is not in the project"));
    EXPECT_EQ(seen(project), "a[]{} c[]{}");
}

TEST(RunHistory, TakesBackEditsAndLeavesWhatJobsBrought) {
    Project project = projectOf({"a", "b"});
    RunHistory history;
    EXPECT_FALSE(history.canUndo());
    history.apply(project, noteRun(project, "a", "first"));
    history.apply(project, renameRun(project, "a", "z"));
    history.apply(project, noteRun(project, "b", "")); // changes nothing
    EXPECT_EQ(history.undoText(), "renamed a to z");
    vernier::Run made = projectOf({"new"}).runs[0];
    remember(project, made);
    project.findRun("z")->evaluation = Evaluation{};
    history.undo(project);
    EXPECT_EQ(seen(project), "a[]{first} b[]{} new[]{}");
    EXPECT_TRUE(project.runs[0].evaluation);
    EXPECT_EQ(history.undoText(), "noted something on a");
    EXPECT_EQ(history.redoText(), "renamed a to z");
    history.undo(project);
    history.redo(project);
    EXPECT_EQ(seen(project), "a[]{first} b[]{} new[]{}");
    history.apply(project, deleteRuns(project, Names{"new"}));
    EXPECT_FALSE(history.canRedo());
}

TEST(RunHistory, RandomEditsUndoToTheStartAndRedoToTheEnd) {
    std::mt19937 random(7);
    Project project = projectOf({"a", "b", "c", "d", "e", "f"});
    const std::string start = seen(project);
    RunHistory history;
    int steps = 0;
    for (int i = 0; i < 200 && !project.runs.empty(); ++i) {
        const std::string name = project.runs[random() % project.runs.size()].name;
        const auto edit = [&]() -> RunsEdit {
            switch (random() % 12) {
            case 0:
                return project.runs.size() > 2 ? deleteRuns(project, Names{name, project.runs[0].name}) : RunsEdit{};
            case 1:
            case 2:
                return pinBaseline(project, random() % 3 ? name : "");
            case 3:
            case 4:
            case 5:
                return renameRun(project, name, fmt::format("run {}", i));
            case 6:
            case 7:
                return noteRun(project, name, fmt::format("{}", random() % 3));
            default:
                return tagRuns(project, Names{name}, Names{fmt::format("t{}", random() % 4)},
                               Names{fmt::format("t{}", random() % 4)});
            }
        }();
        steps += edit.changes.empty() ? 0 : 1;
        history.apply(project, edit);
    }
    const std::string end = seen(project);
    ASSERT_GT(steps, 100);
    for (int i = 0; i < steps; ++i)
        history.undo(project);
    EXPECT_FALSE(history.canUndo());
    EXPECT_EQ(seen(project), start);
    while (history.canRedo())
        history.redo(project);
    EXPECT_EQ(seen(project), end);
}

} // namespace
} // namespace vernier
