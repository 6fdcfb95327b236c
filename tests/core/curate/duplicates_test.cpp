#include "core/curate/duplicates.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/curate/minhash.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <omp.h>

namespace vernier {
namespace {

using Tokens = std::vector<std::int32_t>;

Tokens randomTokens(SeededRandom& random, std::size_t count, std::uint64_t vocabulary = 5000) {
    Tokens tokens(count);
    for (auto& token : tokens)
        token = static_cast<std::int32_t>(random.below(vocabulary));
    return tokens;
}

std::vector<TokenSpan> spans(const std::vector<Tokens>& documents) {
    return {documents.begin(), documents.end()};
}

/// Jaccard similarity of shingles, the slow and obvious way.
double slowJaccard(const Tokens& a, const Tokens& b, int length) {
    const auto shingles = [&](const Tokens& tokens) {
        std::set<Tokens> set;
        const auto run = std::min<std::ptrdiff_t>(length, std::ssize(tokens));
        for (auto first = tokens.begin(); first + run <= tokens.end(); ++first)
            set.emplace(first, first + run);
        return set;
    };
    const auto left = shingles(a), right = shingles(b);
    std::size_t shared = 0;
    for (const auto& shingle : left)
        shared += right.count(shingle);
    return static_cast<double>(shared) / static_cast<double>(left.size() + right.size() - shared);
}

/// A copy with some of its tokens replaced.
Tokens perturbed(SeededRandom& random, Tokens tokens, std::size_t changes) {
    for (std::size_t i = 0; i < changes; ++i)
        tokens[random.below(tokens.size())] = static_cast<std::int32_t>(5000 + random.below(1000));
    return tokens;
}

TEST(MinHash, EstimatesStayWithinFiveDeviationsOfTheExactSimilarity) {
    SeededRandom random(7);
    const MinHasher hasher(256, 3);
    std::vector<std::uint32_t> a(256), b(256);
    double sum = 0;
    constexpr int kPairs = 200;
    for (int pair = 0; pair < kPairs; ++pair) {
        const Tokens left = randomTokens(random, 50 + random.below(400));
        const Tokens right = perturbed(random, left, random.below(left.size() / 4));
        const double exact = slowJaccard(left, right, 5);
        const auto leftSet = shingleSet(left, 5, 1), rightSet = shingleSet(right, 5, 1);
        EXPECT_DOUBLE_EQ(jaccard(leftSet, rightSet), exact);
        hasher.sign(leftSet, a);
        hasher.sign(rightSet, b);
        const double deviation = std::sqrt(exact * (1 - exact) / 256);
        EXPECT_NEAR(estimatedJaccard(a, b), exact, 5 * deviation + 1e-9);
        sum += estimatedJaccard(a, b) - exact;
    }
    EXPECT_NEAR(sum / kPairs, 0, 0.01); // unbiased
}

TEST(MinHash, ShortAndEmptyTexts) {
    EXPECT_TRUE(shingleSet({}, 5, 1).empty());
    EXPECT_EQ(shingleSet(Tokens{1, 2, 3}, 5, 1).size(), 1u);
    EXPECT_EQ(shingleSet(Tokens{4, 4, 4, 4, 4, 4, 4}, 3, 1).size(), 1u);
    EXPECT_EQ(jaccard({}, {}), 0);
    EXPECT_NE(shingleSet(Tokens{1, 2, 3}, 3, 1), shingleSet(Tokens{3, 2, 1}, 3, 1));
    EXPECT_NE(shingleSet(Tokens{1, 2, 3}, 3, 1), shingleSet(Tokens{1, 2, 3}, 3, 2));
}

TEST(MinHash, BandingFindsPairsAtTheThresholdWithTheWidestRows) {
    for (const double threshold : {0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0}) {
        const Banding banding = chooseBanding(128, threshold);
        EXPECT_LE(banding.bands * banding.rows, 128);
        EXPECT_GE(banding.recall(threshold), 0.99);
        if (banding.rows < 128) {
            const Banding next{128 / (banding.rows + 1), banding.rows + 1};
            EXPECT_LT(next.recall(threshold), 0.99);
        }
    }
}

class NearDuplicates : public testing::Test {
protected:
    SeededRandom random{11};
    std::vector<Tokens> documents;
    JobContext job;

    void SetUp() override {
        for (int i = 0; i < 600; ++i)
            documents.push_back(randomTokens(random, 20 + random.below(300)));
    }
    std::uint32_t add(Tokens tokens) {
        documents.push_back(std::move(tokens));
        return static_cast<std::uint32_t>(documents.size() - 1);
    }
};

TEST_F(NearDuplicates, FindsPlantedOnesAndInventsNone) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> planted;
    for (std::uint32_t i = 0; i < 150; ++i)
        planted.emplace_back(i, add(perturbed(random, documents[i], random.below(1 + documents[i].size() / 60))));
    const DuplicateOptions options;
    const auto clusters = nearDuplicates(spans(documents), options, job);
    int wanted = 0, missed = 0;
    for (const auto& [first, second] : planted)
        if (slowJaccard(documents[first], documents[second], 5) >= options.threshold) {
            ++wanted;
            missed += clusters.representative[second] != first ? 1 : 0;
        }
    EXPECT_GT(wanted, 100);
    EXPECT_LE(missed, 1);
    EXPECT_EQ(clusters.redundant(), static_cast<std::size_t>(wanted - missed));
    EXPECT_EQ(clusters.clusters(), clusters.redundant());
    for (const DuplicateLink& link : clusters.links) {
        EXPECT_LT(link.first, link.second);
        EXPECT_GE(link.similarity, options.threshold);
        EXPECT_DOUBLE_EQ(link.similarity, slowJaccard(documents[link.first], documents[link.second], 5));
    }
}

TEST_F(NearDuplicates, AHundredCopiesAreOneClusterOfTheFirst) {
    const Tokens boilerplate = randomTokens(random, 80);
    const std::uint32_t first = add(boilerplate);
    for (int i = 0; i < 99; ++i)
        add(boilerplate);
    const auto clusters = nearDuplicates(spans(documents), {}, job);
    EXPECT_EQ(clusters.clusters(), 1u);
    EXPECT_EQ(clusters.redundant(), 99u);
    for (std::size_t i = first; i < documents.size(); ++i)
        EXPECT_EQ(clusters.representative[i], first);
    EXPECT_FALSE(clusters.isRedundant(first));
    EXPECT_TRUE(clusters.isRedundant(first + 1));
}

TEST_F(NearDuplicates, SameClustersAtAnyThreadCountAndSeedOnlyMattersForMisses) {
    for (std::uint32_t i = 0; i < 100; ++i)
        add(perturbed(random, documents[i % 30], 1));
    const int threads = computeThreads();
    const auto many = nearDuplicates(spans(documents), {}, job);
    omp_set_num_threads(1);
    const auto one = nearDuplicates(spans(documents), {}, job);
    omp_set_num_threads(threads);
    EXPECT_EQ(many.representative, one.representative);
    ASSERT_EQ(many.links.size(), one.links.size());
    for (std::size_t i = 0; i < one.links.size(); ++i)
        EXPECT_EQ(many.links[i].second, one.links[i].second);
}

TEST_F(NearDuplicates, TheThresholdDecides) {
    const std::uint32_t copy = add(perturbed(random, documents[0], 4));
    const double similarity = slowJaccard(documents[0], documents[copy], 5);
    DuplicateOptions options;
    options.threshold = similarity - 0.05;
    EXPECT_EQ(nearDuplicates(spans(documents), options, job).representative[copy], 0u);
    options.threshold = similarity + 0.01;
    EXPECT_EQ(nearDuplicates(spans(documents), options, job).representative[copy], copy);
}

TEST_F(NearDuplicates, EmptyAndTinyDocuments) {
    const std::uint32_t empty = add({}), alsoEmpty = add({}), tiny = add({1, 2}), same = add({1, 2});
    const auto clusters = nearDuplicates(spans(documents), {}, job);
    EXPECT_EQ(clusters.representative[empty], empty);
    EXPECT_EQ(clusters.representative[alsoEmpty], alsoEmpty);
    EXPECT_EQ(clusters.representative[same], tiny);
    EXPECT_TRUE(nearDuplicates({}, {}, job).representative.empty());
}

TEST_F(NearDuplicates, RefusesNonsenseAndStops) {
    DuplicateOptions options;
    options.threshold = 0;
    EXPECT_THROW(nearDuplicates(spans(documents), options, job), Error);
    options.threshold = std::nan("");
    EXPECT_THROW(nearDuplicates(spans(documents), options, job), Error);
    std::stop_source stop;
    stop.request_stop();
    JobContext stopped(stop.get_token(), {}, {});
    EXPECT_THROW(nearDuplicates(spans(documents), {}, stopped), Error);
}

TEST(ExactDuplicates, GroupsEqualHashes) {
    const std::vector<std::string_view> hashes = {"a", "b", "a", "c", "b", "a"};
    const auto clusters = exactDuplicates(hashes);
    EXPECT_EQ(clusters.representative, (std::vector<std::uint32_t>{0, 1, 0, 3, 1, 0}));
    EXPECT_EQ(clusters.redundant(), 3u);
    EXPECT_EQ(clusters.clusters(), 2u);
}

} // namespace
} // namespace vernier
