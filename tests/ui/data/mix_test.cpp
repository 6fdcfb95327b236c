#include "ui/data/mix.h"

#include "core/dataset/corpus_builder.h"

#include <gtest/gtest.h>

namespace vernier::ui {
namespace {

struct MixTest : testing::Test {
    MixTest() {
        CorpusBuilder corpus;
        const char* const domains[] = {"code", "chat", "code", ""};
        for (int i = 0; i < 4; ++i) {
            Document document;
            document.text = "text " + std::to_string(i);
            document.domain = domains[i];
            corpus.add(document);
        }
        table = DocumentTable(corpus.finish());
        set.documents = {0, 1, 2, 2};
        other.documents = {1, 3};
    }

    DocumentTable table;
    CalibrationSet set, other;
};

TEST_F(MixTest, CountsDocumentsUntilTokensAreKnown) {
    table.measures.tokens = {10, 20, 30, kUnknownTokens};
    const MixShares mix = mixShares(table, set, &other, MixBy::Domain);
    EXPECT_FALSE(mix.byTokens);
    EXPECT_EQ(mix.groups, (std::vector<std::string>{"code", "chat", ""}));
    EXPECT_EQ(mix.ofSet, (std::vector<double>{0.75, 0.25, 0}));
    EXPECT_EQ(mix.ofOther, (std::vector<double>{0, 0.5, 0.5}));
}

TEST_F(MixTest, CountsTokensAsOftenAsADocumentStandsInTheSet) {
    table.measures.tokens = {10, 20, 30, 60};
    const MixShares mix = mixShares(table, set, &other, MixBy::Domain);
    EXPECT_TRUE(mix.byTokens);
    EXPECT_DOUBLE_EQ(mix.ofSet[0], 70.0 / 90);
    EXPECT_DOUBLE_EQ(mix.ofSet[1], 20.0 / 90);
    EXPECT_DOUBLE_EQ(mix.ofOther[2], 60.0 / 80);
    EXPECT_TRUE(mixShares(table, set, nullptr, MixBy::Tag).ofOther.empty());
}

TEST_F(MixTest, BinsLengthsByAPowerOfTwo) {
    table.measures.tokens = {0, 5, 9, kUnknownTokens};
    set.documents = {0, 1, 2, 3};
    const LengthHistogram fine = lengthHistogram(table, set, 16);
    EXPECT_EQ(fine.binWidth, 1U);
    EXPECT_EQ(fine.documents, 3U);
    EXPECT_EQ(fine.counts.size(), 10U);
    const LengthHistogram coarse = lengthHistogram(table, set, 4);
    EXPECT_EQ(coarse.binWidth, 4U);
    EXPECT_EQ(coarse.counts, (std::vector<std::uint64_t>{1, 1, 1}));
    EXPECT_EQ(coarse.shortest, 0U);
    EXPECT_EQ(coarse.median, 5U);
    EXPECT_EQ(coarse.longest, 9U);
    EXPECT_TRUE(lengthHistogram(table, CalibrationSet(), 4).counts.empty());
}

} // namespace
} // namespace vernier::ui
