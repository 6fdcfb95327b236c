#include "core/curate/split_set.h"

#include "core/base/error.h"

#include <limits>
#include <map>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

using testing::IsEmpty;

CalibrationSet numbered(std::uint32_t count) {
    std::vector<std::uint32_t> documents(count);
    std::iota(documents.begin(), documents.end(), 0u);
    CalibrationSet set;
    set.name = "all";
    set.documents = std::move(documents);
    return set;
}

std::string stratum(std::uint32_t document) {
    return document % 10 == 0 ? "rare" : document % 2 == 0 ? "even" : "odd";
}

TEST(SplitSet, KeepsTheSharesOfStrata) {
    const CalibrationSet set = numbered(200); // 20 rare, 80 even, 100 odd
    const SplitOutcome split = splitSet(set, {.share = 0.25}, stratum, {});
    EXPECT_EQ(split.heldOut.documents.size(), 50u);
    EXPECT_EQ(split.rest.documents.size(), 150u);
    std::map<std::string, int> counts;
    for (const std::uint32_t document : split.heldOut.documents)
        ++counts[stratum(document)];
    EXPECT_EQ(counts, (std::map<std::string, int>{{"rare", 5}, {"even", 20}, {"odd", 25}}));
    EXPECT_EQ(split.heldOut.purpose, SetPurpose::Evaluation);
    EXPECT_EQ(split.heldOut.name, "evaluation");
    EXPECT_EQ(split.rest.name, "all");
    EXPECT_TRUE(std::is_sorted(split.heldOut.documents.begin(), split.heldOut.documents.end()));

    std::vector<std::uint32_t> both(split.rest.documents.begin(), split.rest.documents.end());
    both.insert(both.end(), split.heldOut.documents.begin(), split.heldOut.documents.end());
    EXPECT_THAT(both, testing::UnorderedElementsAreArray(set.documents.begin(), set.documents.end()));
}

TEST(SplitSet, GivesTheWholeShareWhenNoStratumDividesEvenly) {
    // Seven strata of 3 documents each, 10 % of 21: two documents of some stratum, never none.
    const auto seventh = [](std::uint32_t document) { return std::to_string(document % 7); };
    EXPECT_EQ(splitSet(numbered(21), {.share = 0.1}, seventh, {}).heldOut.documents.size(), 2u);
}

TEST(SplitSet, FollowsItsSeed) {
    const CalibrationSet set = numbered(100);
    const auto heldOut = [&](std::uint64_t seed) {
        return splitSet(set, {.share = 0.3, .seed = seed}, stratum, {}).heldOut.documents;
    };
    EXPECT_EQ(heldOut(4), heldOut(4));
    EXPECT_NE(heldOut(4), heldOut(5));
}

TEST(SplitSet, NeverTearsGroupsOrRepetitionsApart) {
    CalibrationSet set = numbered(90);
    for (std::uint32_t i = 0; i < 90; i += 3)
        set.documents.push_back(i);
    const auto group = [](std::uint32_t document) { return document / 4 * 4; };
    const SplitOutcome split = splitSet(set, {.share = 0.4, .seed = 9}, stratum, group);
    std::set<std::uint32_t> groups, held;
    for (const std::uint32_t document : split.heldOut.documents) {
        groups.insert(group(document));
        EXPECT_TRUE(held.insert(document).second); // each once
    }
    for (const std::uint32_t document : split.rest.documents)
        EXPECT_FALSE(groups.contains(group(document))) << document;
    EXPECT_NEAR(static_cast<double>(held.size()), 36, 6);
}

TEST(SplitSet, RefusesASideWithoutDocuments) {
    EXPECT_THROW(splitSet(numbered(3), {.share = 0.1}, stratum, {}), Error);
    EXPECT_THROW(splitSet(numbered(1), {.share = 0.9}, stratum, {}), Error);
    EXPECT_THROW(splitSet({}, {.share = 0.5}, stratum, {}), Error);
    for (const double share : {0.0, 1.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_THROW(splitSet(numbered(10), {.share = share}, stratum, {}), Error);
}

} // namespace
} // namespace vernier
