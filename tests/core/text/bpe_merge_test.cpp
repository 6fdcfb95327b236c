#include "core/text/bpe_merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace vernier {
namespace {

using Tokens = std::vector<std::int32_t>;

/// Merges by the definition: while there is a merge, apply the one of lowest rank, leftmost first.
void mergeByDefinition(Tokens& tokens, const MergeTable& merges) {
    while (true) {
        Merge best;
        std::size_t at = 0;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            if (const Merge merge = merges.find(tokens[i], tokens[i + 1]); merge.rank < best.rank) {
                best = merge;
                at = i;
            }
        if (best.rank == Merge::kNever)
            return;
        tokens[at] = best.token;
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
}

TEST(BpeMerger, mergesShortAndLongWordsByTheDefinition) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        // Letters 0 to 3; every further token is the merge of two before it, the later the higher its rank.
        MergeTable merges(60);
        std::vector<std::pair<int, int>> seen;
        for (std::int32_t token = 4; token < 64; ++token) {
            const auto left = static_cast<int>(random() % static_cast<unsigned>(token));
            const auto right = static_cast<int>(random() % static_cast<unsigned>(token));
            if (std::ranges::find(seen, std::pair(left, right)) != seen.end())
                continue;
            seen.emplace_back(left, right);
            merges.set(left, right, {static_cast<std::uint32_t>(token), token});
        }
        Tokens tokens(1 + random() % 200);
        for (auto& token : tokens)
            token = static_cast<std::int32_t>(random() % 4);
        Tokens expected = tokens;
        mergeByDefinition(expected, merges);
        Pacer pacer;
        BpeMerger().merge(tokens, merges, pacer);
        EXPECT_EQ(tokens, expected);
    }
}

TEST(MergeTable, replacesAndMisses) {
    MergeTable merges(2);
    merges.set(1, 2, {5, 10});
    merges.set(1, 2, {6, 11});
    merges.set(0, 0, {0, 12});
    EXPECT_EQ(merges.find(1, 2).token, 11);
    EXPECT_EQ(merges.find(0, 0).token, 12);
    EXPECT_EQ(merges.find(2, 1).rank, Merge::kNever);
    EXPECT_EQ(MergeTable(0).find(3, 4).rank, Merge::kNever);
}

} // namespace
} // namespace vernier
