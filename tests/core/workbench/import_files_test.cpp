#include "core/workbench/import_files.h"

#include "core/base/error.h"
#include "core/workbench/import_example.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct ImportFiles : testing::Test {
    std::vector<std::string> texts() const {
        std::vector<std::string> all;
        for (const DocumentView document : project.corpus)
            all.emplace_back(document.text);
        return all;
    }

    test::TemporaryFolder folder;
    Project project;
    JobContext job;
};

TEST_F(ImportFiles, TakesPastedText) {
    ImportRequest request{.pasted = PastedText{.text = "One.\nMore.\n\nTwo.\n"}};
    request.options.tag = "mine";
    request.options.unit = TextUnit::Block;
    const ImportReport report = importFiles(project, request, job);
    EXPECT_EQ(report.added, 2u);
    EXPECT_EQ(report.setName, "mine");
    EXPECT_THAT(texts(), ElementsAre("One.\nMore.", "Two."));
    EXPECT_EQ(project.corpus[1].source, "pasted text");
    EXPECT_EQ(project.corpus[1].line, 4u);
    EXPECT_EQ(project.findSet("mine")->documents.size(), 2u);
    EXPECT_EQ(importFiles(project, request, job).alreadyPresent, 2u);
}

TEST_F(ImportFiles, TheNameOfPastedTextTellsItsKind) {
    ImportRequest request{.files = {},
                          .pasted = PastedText{.text = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", .name = "x.jsonl"}};
    importFiles(project, request, job);
    EXPECT_THAT(texts(), ElementsAre("a", "b"));
    EXPECT_EQ(project.corpus[0].field, "text");
}

TEST_F(ImportFiles, BlankPastedTextIsRefusedAndChangesNothing) {
    const ImportRequest request{.pasted = PastedText{.text = ""}};
    const Error error = test::caughtError([&] { importFiles(project, request, job); }).value();
    EXPECT_THAT(error.what(), HasSubstr("pasted text"));
    EXPECT_TRUE(project.corpus.empty());
    EXPECT_TRUE(project.sets.empty());
}

TEST_F(ImportFiles, TagsAndSetAreTwoThings) {
    test::put(folder / "a.txt", "a");
    ImportRequest request{.files = {folder / "a.txt"}, .setName = "held"};
    request.options.tag = "web";
    request.options.moreTags = {"german", "web", ""};
    EXPECT_EQ(importFiles(project, request, job).setName, "held");
    EXPECT_THAT(project.corpus[0].tags, ElementsAre("web", "german"));
    EXPECT_EQ(project.findSet("web"), nullptr);
    EXPECT_EQ(project.findSet("held")->documents.size(), 1u);
}

TEST_F(ImportFiles, AFolderBringsItsGoodFilesAndListsTheOthers) {
    test::put(folder / "in/a.jsonl", "{\"text\":\"a1\"}\nnothing\n{\"text\":\"a2\"}\n");
    test::put(folder / "in/deep/b.txt", "b");
    test::put(folder / "in/empty.md", "");
    test::put(folder / "in/picture.png", "not text");
    const ImportReport report = importFiles(project, {.files = {folder / "in"}}, job);
    EXPECT_EQ(report.added, 3u);
    EXPECT_EQ(report.setName, "default");
    EXPECT_THAT(texts(), ElementsAre("a1", "a2", "b"));
    ASSERT_EQ(report.skippedCount, 2u);
    ASSERT_EQ(report.skipped.size(), 2u);
    EXPECT_EQ(report.skipped[0].line, 2u);
    EXPECT_EQ(report.skipped[1].source, (folder / "in/empty.md").string());
    EXPECT_EQ(report.skipped[1].line, 0u);
    EXPECT_THAT(report.skipped[1].reason, HasSubstr("is empty"));
}

TEST_F(ImportFiles, AFolderWithoutAnythingUsableIsRefused) {
    test::put(folder / "in/empty.md", "");
    EXPECT_THAT(test::caughtError([&] { importFiles(project, {.files = {folder / "in"}}, job); }).value().what(),
                HasSubstr("is empty"));
    std::filesystem::create_directory(folder / "none");
    EXPECT_THAT(test::caughtError([&] { importFiles(project, {.files = {folder / "none"}}, job); }).value().what(),
                HasSubstr("has no file to import in it"));
    EXPECT_TRUE(project.sets.empty());
}

TEST_F(ImportFiles, BringsABuiltInExample) {
    const std::vector<ExampleSource> sources = exampleSources(job);
    ASSERT_GE(sources.size(), 2u);
    const auto all =
        std::accumulate(sources.begin(), sources.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const ExampleSource& source) { return sum + source.documents; });
    const std::string content = test::get(test::demoFolder() / "text" / "calibration.jsonl");
    EXPECT_EQ(all, static_cast<std::uint64_t>(std::ranges::count(content, '\n')));

    const ExampleSource& first = sources.front();
    const ImportReport report = importExample(project, first.name, {}, job);
    EXPECT_EQ(report.added, first.documents);
    EXPECT_EQ(report.setName, first.name);
    for (const DocumentView document : project.corpus) {
        EXPECT_EQ(document.domain, first.name);
        EXPECT_THAT(document.tags, ElementsAre(first.name));
    }
    EXPECT_EQ(importExample(project, first.name, {}, job).alreadyPresent, first.documents);
    EXPECT_EQ(importExample(project, sources[1].name, "mine", job).setName, "mine");
    EXPECT_EQ(project.findSet("mine")->documents.size(), sources[1].documents);
}

TEST_F(ImportFiles, AnUnknownExampleIsAnsweredWithThoseThereAre) {
    const Error error = test::caughtError([&] { importExample(project, "nonsense", {}, job); }).value();
    EXPECT_THAT(error.what(), HasSubstr("nonsense does not exist"));
    for (const ExampleSource& source : exampleSources(job))
        EXPECT_THAT(error.what(), HasSubstr(source.name));
    EXPECT_TRUE(project.corpus.empty());
}

} // namespace
} // namespace vernier
