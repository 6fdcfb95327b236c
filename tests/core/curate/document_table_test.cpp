#include "core/curate/document_table.h"

#include "core/curate/filter.h"
#include "core/dataset/corpus_builder.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

Document document(const std::string& text, const std::string& domain, const std::string& source,
                  std::vector<std::string> tags = {}) {
    Document made;
    made.text = text;
    made.domain = domain;
    made.source = source;
    made.tags = std::move(tags);
    return made;
}

/// Two segments that share some names and not others.
Corpus twoSegments() {
    CorpusBuilder builder;
    builder.add(document("for (;;) {}", "code", "a.jsonl", {"x", "y"}));
    builder.add(document("once upon a time", "story", "a.jsonl", {"x", "y"}));
    Corpus corpus = builder.finish();
    builder.add(document("once more", "story", "b.jsonl"));
    builder.add(document("2 + 2", "", "a.jsonl", {"x"}));
    corpus.append(builder.finish());
    return corpus;
}

TEST(DocumentTable, JoinsTheNamesOfAllSegments) {
    const DocumentTable table(twoSegments());
    const DocumentColumns columns = table.columns();
    ASSERT_EQ(columns.count, 4u);
    const auto domain = [&](std::size_t row) { return columns.domains.names[columns.domains.ids[row]]; };
    const auto source = [&](std::size_t row) { return columns.sources.names[columns.sources.ids[row]]; };
    EXPECT_EQ(domain(0), "code");
    EXPECT_EQ(domain(1), "story");
    EXPECT_EQ(domain(2), "story");
    EXPECT_EQ(domain(3), "");
    EXPECT_EQ(columns.domains.ids[1], columns.domains.ids[2]);
    EXPECT_EQ(source(2), "b.jsonl");
    EXPECT_EQ(columns.sources.ids[0], columns.sources.ids[3]);
    EXPECT_EQ(columns.tags.lists[columns.tags.ids[1]], (std::vector<std::string>{"x", "y"}));
    EXPECT_TRUE(columns.tags.lists[columns.tags.ids[2]].empty());
    EXPECT_EQ(columns.tags.lists[columns.tags.ids[3]], (std::vector<std::string>{"x"}));
    EXPECT_EQ(columns.texts[3], "2 + 2");
    EXPECT_TRUE(columns.tokens.empty());
}

TEST(DocumentTable, KeepsTextsAliveAfterTheProjectIsGone) {
    DocumentTable table;
    {
        const Corpus corpus = twoSegments();
        table = DocumentTable(corpus);
    }
    EXPECT_EQ(filterRows(Filter::parse("once"), table.columns(), {}), (std::vector<std::uint32_t>{1, 2}));
}

TEST(DocumentTable, CopiesHaveMeasuresOfTheirOwn) {
    DocumentTable table(twoSegments());
    table.measures.tokens = {4, 5, 6, 7};
    const DocumentTable before = table;
    table.measures.tokens[3] = 500;
    table.measures.languages.set(2, "en");
    EXPECT_EQ(filterRows(Filter::parse("tokens>100"), before.columns(), {}), std::vector<std::uint32_t>{});
    EXPECT_EQ(filterRows(Filter::parse("tokens>100"), table.columns(), {}), std::vector<std::uint32_t>{3});
    EXPECT_TRUE(before.measures.languages.empty());
    EXPECT_EQ(table.measures.languages[2], "en");
    EXPECT_EQ(table.measures.languages[0], "");
}

TEST(DocumentTable, EmptyTableHasNoRows) {
    EXPECT_EQ(DocumentTable().columns().count, 0u);
    EXPECT_EQ(DocumentTable(Corpus()).size(), 0u);
}

TEST(DocumentTable, TellsWhichDocumentsAreInAList) {
    EXPECT_EQ(membership(4, std::vector<std::uint32_t>{2, 0, 2, 9}), (std::vector<std::uint8_t>{1, 0, 1, 0}));
}

} // namespace
} // namespace vernier
