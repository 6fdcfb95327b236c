#include "core/curate/filter.h"

#include "core/base/error.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A table of documents with every column, drawn at random from few values so that terms meet often.
struct Table {
    std::vector<std::string> owned;
    std::vector<std::string_view> texts;
    std::vector<std::uint8_t> conversations, chosen;
    std::vector<std::string> domains = {"code", "prose", ""}, sources = {"/data/a.jsonl", "b.txt"},
                             languages = {"de", "en"}, scripts = {"Latin", "Cyrillic"};
    std::vector<std::vector<std::string>> tagLists = {{}, {"x"}, {"x", "y z"}};
    std::vector<std::uint32_t> domainIds, sourceIds, languageIds, scriptIds, tagIds, tokens, duplicateOf, members;
    std::vector<float> perplexity, gain;

    explicit Table(std::size_t count, unsigned seed = 3) {
        std::mt19937 random(seed);
        for (std::uint32_t row = 0; row < count; ++row) {
            owned.push_back((random() % 3 == 0 ? "A Red house" : "the blue boat ") + std::string(random() % 90, '.') +
                            (random() % 4 == 0 ? " Ende" : ""));
            conversations.push_back(random() % 2), chosen.push_back(random() % 2);
            domainIds.push_back(random() % 3), sourceIds.push_back(random() % 2);
            languageIds.push_back(random() % 2), scriptIds.push_back(random() % 2), tagIds.push_back(random() % 3);
            tokens.push_back(random() % 10);
            duplicateOf.push_back(row > 0 && random() % 4 == 0 ? duplicateOf[random() % row] : row);
            if (random() % 5 == 0)
                members.push_back(row);
            perplexity.push_back(random() % 6 == 0 ? std::numeric_limits<float>::quiet_NaN()
                                                   : static_cast<float>(random() % 10));
            gain.push_back(static_cast<float>(random() % 10) / 10);
        }
        texts.assign(owned.begin(), owned.end());
    }

    DocumentColumns columns() const {
        DocumentColumns columns;
        columns.count = texts.size();
        columns.texts = texts;
        columns.conversations = conversations, columns.chosen = chosen;
        columns.domains = {domainIds, domains}, columns.sources = {sourceIds, sources};
        columns.languages = {languageIds, languages}, columns.scripts = {scriptIds, scripts};
        columns.tags = {tagIds, tagLists};
        columns.tokens = tokens, columns.duplicateOf = duplicateOf;
        columns.perplexity = perplexity, columns.coverageGain = gain;
        columns.sets = {{"calibration", members}};
        return columns;
    }
};

std::vector<std::uint32_t> filtered(const DocumentColumns& columns, std::string_view expression) {
    return filterRows(Filter::parse(expression), columns, JobContext());
}

/// A random expression beside what it means, row by row.
struct Meaning {
    std::string expression;
    std::function<bool(std::uint32_t)> holds;
};

Meaning randomTerm(const Table& t, std::mt19937& random) {
    const std::vector<Meaning> terms = {
        {"red", [&](auto r) { return t.owned[r].find("Red") != std::string::npos; }},
        {"\"BLUE boat\"", [&](auto r) { return t.owned[r].find("blue boat") != std::string::npos; }},
        {"ende", [&](auto r) { return t.owned[r].ends_with("Ende"); }},
        {"domain:CODE", [&](auto r) { return t.domainIds[r] == 0; }},
        {"domain:?ro*", [&](auto r) { return t.domainIds[r] == 1; }},
        {"source:a.jsonl", [&](auto r) { return t.sourceIds[r] == 0; }},
        {"source:*.txt", [&](auto r) { return t.sourceIds[r] == 1; }},
        {"lang:de", [&](auto r) { return t.languageIds[r] == 0; }},
        {"script:cyrillic", [&](auto r) { return t.scriptIds[r] == 1; }},
        {"tag:x", [&](auto r) { return t.tagIds[r] > 0; }},
        {"tag:\"y z\"", [&](auto r) { return t.tagIds[r] == 2; }},
        {"in:calibration", [&](auto r) { return std::ranges::count(t.members, r) > 0; }},
        {"tokens>4", [&](auto r) { return t.tokens[r] > 4; }},
        {"tokens:2..6", [&](auto r) { return t.tokens[r] >= 2 && t.tokens[r] <= 6; }},
        {"ppl<=5", [&](auto r) { return t.perplexity[r] <= 5; }},
        {"ppl>5", [&](auto r) { return t.perplexity[r] > 5; }},
        {"gain<0.45", [&](auto r) { return t.gain[r] < 0.45f; }},
        {"bytes>=60", [&](auto r) { return t.owned[r].size() >= 60; }},
        {"dup", [&](auto r) { return t.duplicateOf[r] != r; }},
        {"is:conversation", [&](auto r) { return t.conversations[r] == 1; }},
        {"is:text", [&](auto r) { return t.conversations[r] == 0; }},
        {"is:chosen", [&](auto r) { return t.chosen[r] == 1; }},
    };
    return terms[random() % terms.size()];
}

Meaning randomExpression(const Table& table, std::mt19937& random, int depth) {
    if (depth == 0 || random() % 4 == 0)
        return randomTerm(table, random);
    Meaning a = randomExpression(table, random, depth - 1), b = randomExpression(table, random, depth - 1);
    switch (random() % 3) {
    case 0:
        return {"(" + a.expression + ") (" + b.expression + ")",
                [=](std::uint32_t r) { return a.holds(r) && b.holds(r); }};
    case 1:
        return {"((" + a.expression + ") OR (" + b.expression + "))",
                [=](std::uint32_t r) { return a.holds(r) || b.holds(r); }};
    default:
        return {"-(" + a.expression + ")", [=](std::uint32_t r) { return !a.holds(r); }};
    }
}

TEST(FilterRows, AgreesWithANaiveEvaluation) {
    const Table table(5000); // more than one task
    const DocumentColumns columns = table.columns();
    std::mt19937 random(17);
    for (int round = 0; round < 120; ++round) {
        const Meaning meaning = randomExpression(table, random, 4);
        std::vector<std::uint32_t> expected;
        for (std::uint32_t row = 0; row < columns.count; ++row)
            if (meaning.holds(row))
                expected.push_back(row);
        ASSERT_EQ(filtered(columns, meaning.expression), expected) << meaning.expression;
    }
}

TEST(FilterRows, LetsEverythingThroughWithoutTerms) {
    const Table table(5);
    EXPECT_THAT(filtered(table.columns(), ""), ElementsAre(0, 1, 2, 3, 4));
    EXPECT_THAT(filtered({}, ""), IsEmpty());
    EXPECT_THAT(filtered({}, "red tokens>3 dup"), IsEmpty());
}

TEST(FilterRows, SaysWhatHasNotBeenComputed) {
    const Table table(5);
    DocumentColumns columns = table.columns();
    columns.perplexity = {}, columns.duplicateOf = {}, columns.languages = {};
    const auto complaint = [&](std::string_view expression) -> std::string {
        try {
            filtered(columns, expression);
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    };
    EXPECT_EQ(complaint("red ppl<3"), "filter, column 5: perplexities are not known yet; let them be computed first");
    EXPECT_THAT(complaint("-dup"), HasSubstr("column 2: duplicates are not known yet"));
    EXPECT_THAT(complaint("lang:de"), HasSubstr("languages are not known yet"));
    EXPECT_THAT(complaint("in:other"), HasSubstr("there is no set other"));
    EXPECT_EQ(complaint("in:oth*"), "accepted");
}

TEST(FilterRows, IgnoresMembersOutsideTheTable) {
    const Table table(3);
    DocumentColumns columns = table.columns();
    const std::vector<std::uint32_t> members = {2, 3, 4'000'000'000u};
    columns.sets = {{"s", members}};
    EXPECT_THAT(filtered(columns, "in:s"), ElementsAre(2));
}

TEST(FilterRows, GivesTheSameAtAnyThreadCountAndStops) {
    const Table table(20'000);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const auto one = filtered(table.columns(), "red OR tokens>7 -ende");
    omp_set_num_threads(3);
    EXPECT_EQ(filtered(table.columns(), "red OR tokens>7 -ende"), one);
    omp_set_num_threads(threads);

    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(filterRows(Filter::parse("red"), table.columns(), JobContext(stop.get_token(), {}, {})), Error);
}

} // namespace
} // namespace vernier
