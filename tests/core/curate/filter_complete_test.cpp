#include "core/curate/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class FilterComplete : public testing::Test {
protected:
    FilterComplete() {
        m_columns.domains = {{}, m_domains};
        m_columns.sources = {{}, m_sources};
        m_columns.tags = {{}, m_tags};
        m_columns.sets = {{"calibration", {}}};
    }

    FilterCompletion at(std::string_view expression) const {
        return completeFilter(expression, expression.size(), m_columns);
    }

    std::vector<std::string> m_domains = {"prose", "code", "", "Comic books"}, m_sources = {"/data/set.jsonl"};
    std::vector<std::vector<std::string>> m_tags = {{"x", "y"}, {"x"}};
    DocumentColumns m_columns;
};

TEST_F(FilterComplete, OffersTheBeginningsOfTerms) {
    EXPECT_THAT(at("").offers, ElementsAre("bytes>", "domain:", "dup", "gain>", "in:", "is:", "lang:", "ppl>",
                                           "script:", "source:", "tag:", "tokens>"));
    EXPECT_THAT(at("red -(d").offers, ElementsAre("domain:", "dup"));
    EXPECT_EQ(at("red -(d").replaceFrom, 6u);
    EXPECT_THAT(at("red -TO").offers, ElementsAre("tokens>"));
    EXPECT_EQ(at("red -TO").replaceFrom, 5u);
    EXPECT_THAT(at("xyz").offers, IsEmpty());
}

TEST_F(FilterComplete, OffersTheValuesThereAre) {
    EXPECT_THAT(at("domain:").offers, ElementsAre("\"Comic books\"", "code", "prose"));
    EXPECT_EQ(at("domain:").replaceFrom, 7u);
    EXPECT_THAT(at("a domain:CO").offers, ElementsAre("\"Comic books\"", "code"));
    EXPECT_THAT(at("domain:\"comic b").offers, ElementsAre("\"Comic books\""));
    EXPECT_EQ(at("domain:\"comic b").replaceFrom, 7u);
    EXPECT_THAT(at("source:set").offers, ElementsAre("/data/set.jsonl"));
    EXPECT_THAT(at("tag:").offers, ElementsAre("x", "y"));
    EXPECT_THAT(at("in:").offers, ElementsAre("calibration"));
    EXPECT_THAT(at("is:").offers, Contains("conversation"));
    EXPECT_THAT(at("nothing:").offers, IsEmpty());
}

TEST_F(FilterComplete, LooksAtWhatStandsBeforeTheCursor) {
    EXPECT_THAT(completeFilter("dom code", 3, m_columns).offers, ElementsAre("domain:"));
    EXPECT_THAT(completeFilter("dom", 99, m_columns).offers, ElementsAre("domain:"));
    EXPECT_THAT(completeFilter("ä", 1, m_columns).offers, IsEmpty()); // in the middle of a character
}

} // namespace
} // namespace vernier
