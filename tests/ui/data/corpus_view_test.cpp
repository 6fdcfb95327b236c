#include "ui/data/corpus_view.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

Project makeProject() {
    Project project;
    CorpusBuilder corpus;
    const auto add = [&corpus](const char* text, const char* domain, const char* source, const char* tag) {
        Document document;
        document.text = text;
        document.domain = domain;
        document.source = source;
        document.tags = {tag};
        corpus.add(document);
    };
    add("The golden cup", "story", "a.jsonl", "diverse");
    add("int main()", "code", "a.jsonl", "diverse");
    add("Hello there", "", "Golden.txt", "greetings");
    project.corpus = corpus.finish();
    project.sets = {{"greetings", {2, 0}}};
    return project;
}

using Rows = std::vector<std::uint32_t>;

TEST(CorpusView, FindsInTextSourceDomainAndTagsWhateverTheCase) {
    const Project project = makeProject();
    EXPECT_EQ(findDocuments(project, {{}, "GOLDEN"}, {}), (Rows{0, 2}));
    EXPECT_EQ(findDocuments(project, {{}, "code"}, {}), (Rows{1}));
    EXPECT_EQ(findDocuments(project, {{}, "diverse"}, {}), (Rows{0, 1}));
    EXPECT_EQ(findDocuments(project, {{}, "absent"}, {}), Rows{});
    EXPECT_EQ(findDocuments(project, {}, {}), (Rows{0, 1, 2}));
}

TEST(CorpusView, KeepsTheOrderOfASet) {
    const Project project = makeProject();
    EXPECT_EQ(findDocuments(project, {"greetings", {}}, {}), (Rows{2, 0}));
    EXPECT_EQ(findDocuments(project, {"no such set", {}}, {}), Rows{});
}

TEST(CorpusView, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    const JobContext job(stop.get_token(), {}, {});
    EXPECT_THROW(findDocuments(makeProject(), {{}, "x"}, job), Error);
}

TEST(CorpusView, SumsUpWhatIsCounted) {
    const Project project = makeProject();
    const Rows rows{0, 1, 2};
    const std::vector<std::int32_t> counts{7, kNotRendered, kNotCounted};
    const CorpusSummary summary = summarize(project, rows, counts);
    EXPECT_EQ(summary.documents, 3U);
    EXPECT_EQ(summary.counted, 1U);
    EXPECT_EQ(summary.unrenderable, 1U);
    EXPECT_EQ(summary.tokens, 7U);
    ASSERT_EQ(summary.domains.size(), 3U);
    EXPECT_EQ(summary.domains[2].name, "story");
    EXPECT_EQ(summary.domains[2].tokens, 7U);
}

} // namespace
} // namespace vernier::ui
