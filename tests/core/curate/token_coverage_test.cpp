#include "core/curate/token_coverage.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/curate/strata.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Tokens = std::vector<std::int32_t>;

std::vector<Tokens> randomDocuments(std::size_t count, std::uint64_t vocabulary) {
    SeededRandom random(4);
    std::vector<Tokens> documents(count);
    for (Tokens& tokens : documents)
        for (std::uint64_t left = random.below(60); left > 0; --left)
            tokens.push_back(
                static_cast<std::int32_t>(random.below(vocabulary) * random.below(vocabulary) / vocabulary));
    return documents;
}

std::vector<TokenSpan> spans(const std::vector<Tokens>& documents) {
    return {documents.begin(), documents.end()};
}

TEST(TokenCoverage, ChoosesWhatTheSlowGreedyChooses) {
    const auto documents = randomDocuments(80, 300);
    JobContext job;
    const auto chosen = selectTokenCoverage(spans(documents), 300, 20, job);
    ASSERT_EQ(chosen.size(), 20u);
    std::set<std::int32_t> covered;
    std::set<std::uint32_t> taken;
    for (const std::uint32_t document : chosen) {
        std::size_t best = 0;
        std::uint32_t winner = 0;
        for (std::uint32_t i = 0; i < documents.size(); ++i) {
            std::set<std::int32_t> fresh(documents[i].begin(), documents[i].end());
            std::erase_if(fresh, [&](std::int32_t id) { return covered.contains(id); });
            if (!taken.contains(i) && fresh.size() > best)
                best = fresh.size(), winner = i;
        }
        EXPECT_EQ(document, winner);
        taken.insert(document);
        covered.insert(documents[document].begin(), documents[document].end());
    }
    EXPECT_EQ(coveredVocabulary(spans(documents), 300, chosen), covered.size());
}

TEST(TokenCoverage, TakesTheRestInOrderOnceAllIsCovered) {
    const std::vector<Tokens> documents = {{1}, {1, 2}, {2}, {}, {1, 2, 1}};
    JobContext job;
    EXPECT_EQ(selectTokenCoverage(spans(documents), 3, 9, job), (std::vector<std::uint32_t>{1, 0, 2, 3, 4}));
}

TEST(TokenCoverage, GainsAreWhatADocumentWouldAddOrTakeAway) {
    const auto documents = randomDocuments(50, 200);
    const std::vector<std::uint32_t> chosen = {3, 7, 20, 21};
    const auto gains = coverageGains(spans(documents), 200, chosen);
    const auto base = coveredVocabulary(spans(documents), 200, chosen);
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
        auto other = chosen;
        const bool isChosen = std::erase(other, i) > 0;
        if (!isChosen)
            other.push_back(i);
        const auto changed = coveredVocabulary(spans(documents), 200, other);
        EXPECT_EQ(gains[i], static_cast<float>(isChosen ? base - changed : changed - base));
    }
}

TEST(TokenCoverage, CurveCountsWhatTheFirstDocumentsCover) {
    const auto documents = randomDocuments(30, 200);
    const std::vector<std::uint32_t> chosen = {5, 0, 17, 5, 29};
    const auto curve = coverageCurve(spans(documents), 200, chosen);
    ASSERT_EQ(curve.size(), chosen.size() + 1);
    std::set<std::int32_t> seen;
    EXPECT_EQ(curve[0], 0u);
    for (std::size_t n = 0; n < chosen.size(); ++n) {
        seen.insert(documents[chosen[n]].begin(), documents[chosen[n]].end());
        EXPECT_EQ(curve[n + 1], seen.size()) << n;
    }
}

TEST(TokenCoverage, RefusesForeignIds) {
    const std::vector<Tokens> documents = {{1, 5}}, negative = {{-1}};
    JobContext job;
    EXPECT_THROW(selectTokenCoverage(spans(documents), 5, 1, job), Error);
    EXPECT_THROW(coverageGains(spans(negative), 5, {}), Error);
}

TEST(Strata, DivideByWeightWithLargestRemainders) {
    using Counts = std::vector<std::size_t>;
    const auto divide = [](const Counts& available, const std::vector<double>& weights, std::size_t count) {
        return divideByWeight(available, weights, count);
    };
    EXPECT_EQ(divide({100, 100, 100}, {2, 1, 1}, 8), (Counts{4, 2, 2}));
    EXPECT_EQ(divide({100, 100, 100}, {1, 1, 1}, 10), (Counts{4, 3, 3}));
    EXPECT_EQ(divide({1, 100, 100}, {8, 1, 1}, 21), (Counts{1, 10, 10})); // what is lacking goes to the others
    EXPECT_EQ(divide({5, 5, 5}, {1, 0, 1}, 100), (Counts{5, 0, 5}));
    EXPECT_EQ(divide({5, 5}, {1, 1}, 0), (Counts{0, 0}));
    EXPECT_THROW(divide({5, 5}, {0, 0}, 1), Error);
    EXPECT_THROW(divide({5, 5}, {1, -1}, 1), Error);
    SeededRandom random(3);
    for (int round = 0; round < 200; ++round) {
        Counts available(6);
        std::vector<double> weights(6);
        for (std::size_t i = 0; i < 6; ++i) {
            available[i] = random.below(40);
            weights[i] = static_cast<double>(1 + random.below(9));
        }
        const std::size_t all = std::reduce(available.begin(), available.end()), wanted = random.below(200);
        const Counts given = divide(available, weights, wanted);
        EXPECT_EQ(std::reduce(given.begin(), given.end()), std::min(all, wanted));
        for (std::size_t i = 0; i < 6; ++i)
            EXPECT_LE(given[i], available[i]);
    }
}

TEST(Strata, EntropyOfSpread) {
    EXPECT_DOUBLE_EQ(entropyBits(std::vector<std::size_t>{4, 4, 4, 4}), 2.0);
    EXPECT_DOUBLE_EQ(entropyBits(std::vector<std::size_t>{9, 0}), 0.0);
    EXPECT_EQ(entropyBits({}), 0.0);
}

} // namespace
} // namespace vernier
