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
    add("gold and silver", "story", "b.jsonl", "diverse");
    project.corpus = corpus.finish();
    CalibrationSet set;
    set.name = "greetings";
    set.documents = {2, 0, 2};
    project.sets = {set};
    return project;
}

using Rows = std::vector<std::uint32_t>;

struct CorpusViewTest : testing::Test {
    Rows find(const CorpusQuery& query, const char* set = "greetings") const {
        return findDocuments(table, project, project.findSet(set), query, {});
    }

    Project project = makeProject();
    DocumentTable table{project.corpus};
};

TEST_F(CorpusViewTest, FindsWhatTheExpressionAsksFor) {
    EXPECT_EQ(find({.expression = "GOLD"}), (Rows{0, 3}));
    EXPECT_EQ(find({.expression = "domain:story -cup"}), (Rows{3}));
    EXPECT_EQ(find({.expression = "source:golden.*"}), (Rows{2}));
    EXPECT_EQ(find({.expression = "in:greetings"}), (Rows{0, 2}));
    EXPECT_EQ(find({.expression = "is:chosen"}), (Rows{0, 2}));
    EXPECT_EQ(find({}), (Rows{0, 1, 2, 3}));
    EXPECT_THROW(find({.expression = "tokens>"}), Error);
    EXPECT_THROW(find({.expression = "ppl<3"}), Error);
}

TEST_F(CorpusViewTest, KeepsTheOrderOfTheSetUntilAnotherIsAskedFor) {
    EXPECT_EQ(find({.scope = SetScope::Inside}), (Rows{2, 0}));
    EXPECT_EQ(find({.expression = "golden", .scope = SetScope::Inside}), (Rows{0}));
    EXPECT_EQ(find({.scope = SetScope::Outside}), (Rows{1, 3}));
    EXPECT_EQ(find({.scope = SetScope::Inside}, "no such set"), Rows{});
    EXPECT_EQ(find({.scope = SetScope::Inside, .order = SortOrder::Falling}), (Rows{2, 0}));
    EXPECT_EQ(find({.scope = SetScope::Inside, .sort = SortColumn::Domain}), (Rows{2, 0}));
    EXPECT_EQ(find({.sort = SortColumn::Text, .order = SortOrder::Falling}), (Rows{1, 3, 0, 2}));
}

TEST_F(CorpusViewTest, KnowsNothingOfTokensThatAreNotCounted) {
    table.measures.tokens = {500, kUnknownTokens, 3, kUnknownTokens};
    EXPECT_EQ(find({.expression = "tokens>100"}), (Rows{0}));
    EXPECT_EQ(find({.sort = SortColumn::Tokens}), (Rows{2, 0, 1, 3}));
    EXPECT_EQ(find({.sort = SortColumn::Tokens, .order = SortOrder::Falling}), (Rows{0, 2, 1, 3}));
}

TEST_F(CorpusViewTest, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    const JobContext job(stop.get_token(), {}, {});
    EXPECT_THROW(findDocuments(table, project, nullptr, {.expression = "x"}, job), Error);
}

TEST_F(CorpusViewTest, SumsUpWhatIsCounted) {
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
