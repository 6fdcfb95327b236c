#include "core/curate/sort_rows.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::ElementsAre;

constexpr float kNotKnown = std::numeric_limits<float>::quiet_NaN();

std::vector<std::uint32_t> allRows(std::size_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0u);
    return rows;
}

std::vector<std::uint32_t> sorted(const DocumentColumns& columns, SortColumn column, SortOrder order) {
    std::vector<std::uint32_t> rows = allRows(columns.count);
    sortRows(columns, column, order, rows, JobContext());
    return rows;
}

TEST(SortRows, OrdersNumbersWithUnknownOnesLast) {
    const std::vector<std::string_view> texts(6);
    const std::vector<float> perplexity = {3.0f, kNotKnown, -1.5f, 0.0f, -0.0f, 1e30f};
    DocumentColumns columns;
    columns.count = 6;
    columns.texts = texts;
    columns.perplexity = perplexity;
    EXPECT_THAT(sorted(columns, SortColumn::Perplexity, SortOrder::Rising), ElementsAre(2, 3, 4, 0, 5, 1));
    EXPECT_THAT(sorted(columns, SortColumn::Perplexity, SortOrder::Falling), ElementsAre(5, 0, 3, 4, 2, 1));
    EXPECT_THAT(sorted(columns, SortColumn::Tokens, SortOrder::Rising), ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_THAT(sorted(columns, SortColumn::Row, SortOrder::Falling), ElementsAre(5, 4, 3, 2, 1, 0));
}

TEST(SortRows, OrdersNamesTagsAndTexts) {
    const std::vector<std::string_view> texts = {"equal prefix b", "", "equal prefix a", "equal p",
                                                 std::string_view("\0", 1)};
    const std::vector<std::string> names = {"code", "Alpha", "code"}; // one name may stand there twice
    const std::vector<std::vector<std::string>> lists = {{"b"}, {"a", "z"}, {}};
    const std::vector<std::uint32_t> nameIds = {0, 1, 2, 1, 0}, tagIds = {0, 1, 2, 1, 0};
    DocumentColumns columns;
    columns.count = 5;
    columns.texts = texts;
    columns.domains = {nameIds, names};
    columns.tags = {tagIds, lists};
    EXPECT_THAT(sorted(columns, SortColumn::Domain, SortOrder::Rising), ElementsAre(1, 3, 0, 2, 4));
    EXPECT_THAT(sorted(columns, SortColumn::Domain, SortOrder::Falling), ElementsAre(0, 2, 4, 1, 3));
    EXPECT_THAT(sorted(columns, SortColumn::Tags, SortOrder::Rising), ElementsAre(2, 1, 3, 0, 4));
    EXPECT_THAT(sorted(columns, SortColumn::Text, SortOrder::Rising), ElementsAre(1, 4, 3, 2, 0));
    EXPECT_THAT(sorted(columns, SortColumn::Text, SortOrder::Falling), ElementsAre(0, 2, 3, 4, 1));
    EXPECT_THAT(sorted(columns, SortColumn::Bytes, SortOrder::Rising), ElementsAre(1, 4, 3, 0, 2));
}

TEST(SortRows, AgreesWithAStableSortOfManyRows) {
    constexpr std::size_t kRows = 200'000;
    std::mt19937 random(5);
    std::vector<std::string> owned(kRows);
    std::vector<std::string_view> texts(kRows);
    std::vector<std::uint32_t> tokens(kRows);
    for (std::size_t i = 0; i < kRows; ++i) {
        tokens[i] = random() % 7 == 0 ? random() : random() % 100;
        owned[i] = std::string(random() % 80, static_cast<char>('a' + random() % 2)) + std::to_string(random() % 50);
        texts[i] = owned[i];
    }
    DocumentColumns columns;
    columns.count = kRows;
    columns.texts = texts;
    columns.tokens = tokens;
    std::vector<std::uint32_t> shuffled = allRows(kRows);
    std::shuffle(shuffled.begin(), shuffled.end(), random);

    for (const SortOrder order : {SortOrder::Rising, SortOrder::Falling}) {
        const auto compare = [&](const auto& column) {
            return [&column, order](std::uint32_t a, std::uint32_t b) {
                return order == SortOrder::Rising ? column[a] < column[b] : column[b] < column[a];
            };
        };
        std::vector<std::uint32_t> expected = shuffled, rows = shuffled;
        std::stable_sort(expected.begin(), expected.end(), compare(tokens));
        sortRows(columns, SortColumn::Tokens, order, rows, JobContext());
        EXPECT_EQ(rows, expected);

        expected = rows = shuffled;
        std::stable_sort(expected.begin(), expected.end(), compare(texts));
        sortRows(columns, SortColumn::Text, order, rows, JobContext());
        EXPECT_EQ(rows, expected);
    }
}

TEST(SortRows, StopsWhenItIsCancelled) {
    std::stop_source stop;
    stop.request_stop();
    const std::vector<std::string_view> texts(3);
    DocumentColumns columns;
    columns.count = 3;
    columns.texts = texts;
    std::vector<std::uint32_t> rows = allRows(3);
    EXPECT_THROW(sortRows(columns, SortColumn::Text, SortOrder::Rising, rows, JobContext(stop.get_token(), {}, {})),
                 Error);
}

TEST(SortRows, AcceptsNoRows) {
    std::vector<std::uint32_t> rows;
    sortRows({}, SortColumn::Text, SortOrder::Rising, rows, JobContext());
    EXPECT_TRUE(rows.empty());
}

} // namespace
} // namespace vernier
