#include "tests/core/model/forward.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <map>
#include <set>

namespace vernier {
namespace {

/// Is all that passed one tap.
struct Seen {
    Index rows = 0;
    std::map<Index, std::vector<float>> byRow; ///< values by row of the hidden states
};

std::map<std::string, Seen> watch(const Model& model, int block, const std::vector<std::int32_t>& ids, Index length) {
    Matrix hidden(std::ssize(ids), model.spec.hiddenSize);
    model.embed(ids, length, hidden.view());
    const auto taps = model.spec.taps(block);
    std::map<std::string, Seen> all;
    const auto observe = [&](const Observation& observation) {
        EXPECT_EQ(observation.values.cols, taps.at(observation.tap).channels) << taps[observation.tap].name;
        Seen& seen = all[taps[observation.tap].name];
        for (Index i = 0; i < observation.values.rows; ++i) {
            const float* row = observation.values.row(i);
            seen.byRow[observation.rowOf(i)].assign(row, row + observation.values.cols);
        }
        seen.rows += observation.values.rows;
    };
    Block(model, block).forward(hidden.view(), length, JobContext(), {TapKinds::all(), observe});
    return all;
}

std::vector<std::int32_t> manyIds(Index count) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 7919 % 64);
    return ids;
}

class TapsOfEveryFamily : public testing::TestWithParam<const char*> {};

TEST_P(TapsOfEveryFamily, SeeEveryTokenOnceAndHaveNamesOfTheirOwn) {
    const Model model = Model::open(test::tinyModel(GetParam()));
    const Index tokens = 2400, length = 24; // more than one chunk
    for (int block = 0; block < model.spec.blocks; ++block) {
        const auto all = watch(model, block, manyIds(tokens), length);
        const auto taps = model.spec.taps(block);
        std::set<std::string> names;
        for (const TapSpec& tap : taps) {
            EXPECT_TRUE(names.insert(tap.name).second) << tap.name;
            const auto seen = all.find(tap.name);
            if (tap.expert < 0) {
                EXPECT_EQ(all.at(tap.name).rows, tokens) << tap.name;
            } else if (seen != all.end()) { // no token twice
                EXPECT_EQ(std::ssize(seen->second.byRow), seen->second.rows) << tap.name;
            }
        }
        const auto groups = model.spec.inputGroups(block);
        for (std::size_t g = 0; g < groups.size(); ++g) { // the inputs come first, in the order of the groups
            EXPECT_EQ(taps[g].kind, TapKind::LinearInput);
            EXPECT_EQ(taps[g].group, static_cast<int>(g));
            EXPECT_EQ(taps[g].channels, groups[g].in());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Tiny, TapsOfEveryFamily,
                         testing::Values("qwen3", "phi3", "mixtral", "qwen3_moe", "gemma3", "gpt2", "opt", "gpt_neox"));

TEST(FamilyTaps, ExpertsSeeTheTokensRoutedToThem) {
    const Model model = Model::open(test::tinyModel("mixtral"));
    const auto ids = manyIds(2400);
    const auto all = watch(model, 0, ids, 24);
    Index routed = 0;
    std::map<Index, std::set<std::vector<float>>> inputs; // of the experts that saw a row
    for (int expert = 0; expert < 4; ++expert) {
        const std::string prefix = "model.layers.0.block_sparse_moe.experts." + std::to_string(expert) + ".";
        const Seen& input = all.at(prefix + "w1:input");
        routed += input.rows;
        for (const auto& [row, values] : input.byRow)
            inputs[row].insert(values);
        for (const char* tap : {"w1:output", "w3:output", "w2:input", "w2:output"})
            EXPECT_EQ(all.at(prefix + tap).byRow.begin()->first, input.byRow.begin()->first);
        // What the expert gives is its down projection of its own input.
        const auto& [row, inner] = *all.at(prefix + "w2:input").byRow.rbegin();
        const Matrix down = model.linear(0, {prefix.substr(prefix.find("block_")) + "w2", 32, 48});
        double product = 0;
        for (Index j = 0; j < 48; ++j)
            product += double{down(5, j)} * double{inner[static_cast<std::size_t>(j)]};
        EXPECT_NEAR(all.at(prefix + "w2:output").byRow.at(row)[5], product, 1e-5);
    }
    EXPECT_EQ(routed, 2 * 2400); // two experts for each token
    EXPECT_EQ(std::ssize(inputs), 2400);
    for (const auto& [row, values] : inputs)
        EXPECT_EQ(values.size(), 1u) << row; // both read the same
}

TEST(FamilyTaps, KeysAndValuesStandSideBySideWhereTheWeightMixesThem) {
    const Model model = Model::open(test::tinyModel("gpt_neox"));
    const auto all = watch(model, 0, manyIds(24), 24);
    const Index size = model.spec.headSize;
    // Of 8 components the first 4 turn; position 0 does not turn at all.
    for (const auto& [row, mixed] : all.at("gpt_neox.layers.0.attention.query_key_value:output").byRow)
        for (Index head = 0; head < 4; ++head)
            for (Index i = 0; i < size; ++i) {
                const auto key = mixed[static_cast<std::size_t>((head * 3 + 1) * size + i)];
                const auto value = mixed[static_cast<std::size_t>((head * 3 + 2) * size + i)];
                const auto at = static_cast<std::size_t>(head * size + i);
                EXPECT_EQ(all.at("gpt_neox.layers.0.attention:value").byRow.at(row)[at], value);
                if (row == 0 || i >= 4)
                    EXPECT_EQ(all.at("gpt_neox.layers.0.attention:key").byRow.at(row)[at], key);
                else
                    EXPECT_NE(all.at("gpt_neox.layers.0.attention:key").byRow.at(row)[at], key);
            }
}

TEST(FamilyTaps, WeightsStoredTheOtherWayRoundAreShownAsOutByIn) {
    const Model model = Model::open(test::tinyModel("gpt2"));
    const auto groups = model.spec.inputGroups(0);
    EXPECT_EQ(groups[2].linears[0].name, "mlp.c_fc");
    const Matrix weight = model.linear(0, groups[2].linears[0]);
    EXPECT_EQ(weight.rows(), 128);
    EXPECT_EQ(weight.cols(), 32);
    const Matrix stored = model.checkpoint.matrix("transformer.h.0.mlp.c_fc.weight", 32, 128);
    EXPECT_EQ(weight(100, 7), stored(7, 100));
}

} // namespace
} // namespace vernier
