#include "core/model/model_changes.h"

#include "core/model/model_decoder.h"
#include "tests/core/model/forward.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <map>

namespace vernier {
namespace {

constexpr Index kTokens = 16;

/// What enters the first block for some ids.
Matrix embedded(const Model& model) {
    std::vector<std::int32_t> ids(kTokens);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>((7 * i + 3) % 61);
    Matrix hidden(kTokens, model.spec.hiddenSize);
    model.embed(ids, kTokens, hidden.view());
    return hidden;
}

Matrix copyOf(MatrixView<const float> values) {
    Matrix copy(values.rows, values.cols);
    for (Index row = 0; row < values.rows; ++row)
        std::copy_n(values.row(row), values.cols, copy.view().row(row));
    return copy;
}

/// Keeps a quarter of the precision of bfloat16: a rounding that is easy to recognise.
float coarse(float x) {
    return std::round(x * 8) / 8;
}
void coarsen(MatrixView<float> values) {
    for (Index row = 0; row < values.rows; ++row)
        for (Index col = 0; col < values.cols; ++col)
            values.row(row)[col] = coarse(values.row(row)[col]);
}

class RoundedFamily : public testing::TestWithParam<const char*> {};

TEST_P(RoundedFamily, LinearsReadWhatWasRoundedAndTapsSeeWhatWasNot) {
    const Model model = Model::open(test::tinyModel(GetParam()));
    ModelChanges changes;
    changes.rounding = [](int) {
        return BlockRounding{[](std::size_t, MatrixView<float> values) { coarsen(values); }, {}};
    };
    std::map<std::string, Matrix> seen;
    const auto specs = model.spec.taps(0);
    const auto observe = [&](const Observation& observation) {
        seen[specs[observation.tap].name] = copyOf(observation.values);
    };
    Matrix hidden = embedded(model);
    Block(model, 0, changes).forward(hidden.view(), kTokens, JobContext(), {TapKinds::all(), observe});

    bool someRounded = false;
    for (const InputGroup& group : model.spec.inputGroups(0)) {
        const std::string first = model.spec.linearName(0, group.linears.front().name);
        if (!seen.contains(first + ":input"))
            continue; // an expert that no token reached
        const Matrix& input = seen.at(first + ":input");
        for (const LinearSpec& linear : group.linears) {
            const std::string name = model.spec.linearName(0, linear.name);
            const Matrix weight = model.linear(0, linear), &output = seen.at(name + ":output");
            const auto bias = linear.bias ? model.vector(name + ".bias", linear.out) : std::vector<float>();
            for (Index row = 0; row < input.rows(); ++row)
                for (Index out = 0; out < linear.out; ++out) {
                    double expected = bias.empty() ? 0 : double{bias[static_cast<std::size_t>(out)]};
                    for (Index in = 0; in < linear.in; ++in) {
                        someRounded = someRounded || coarse(input(row, in)) != input(row, in);
                        expected += double{coarse(input(row, in))} * double{weight(out, in)};
                    }
                    ASSERT_NEAR(output(row, out), expected, 1e-4) << name;
                }
        }
    }
    EXPECT_TRUE(someRounded);
}

TEST_P(RoundedFamily, ACacheOfRoundedKeysGivesTheLogitsOfAWholePass) {
    const Model model = Model::open(test::tinyModel(GetParam()));
    ModelChanges changes;
    changes.rounding = [](int) { return BlockRounding{{}, [](MatrixView<float> head) { coarsen(head); }}; };
    std::vector<std::int32_t> ids;
    for (std::int32_t i = 0; i < 12; ++i)
        ids.push_back(5 * i + 1);

    Matrix hidden(std::ssize(ids), model.spec.hiddenSize);
    model.embed(ids, std::ssize(ids), hidden.view());
    for (int block = 0; block < model.spec.blocks; ++block)
        Block(model, block, changes).forward(hidden.view(), std::ssize(ids), JobContext());
    Matrix logits(hidden.rows(), model.spec.vocabularySize);
    Head(model).logits(hidden.view(), logits.view());
    double moved = 0;
    const Matrix exact = test::logitsOf(model, ids);

    ModelDecoder decoder(model, std::ssize(ids), JobContext(), changes);
    decoder.append(std::span(ids).first(7), JobContext());
    for (std::size_t i = 7; i < ids.size(); ++i) {
        const auto next = decoder.append(std::span(ids).subspan(i, 1), JobContext());
        const auto row = static_cast<Index>(i);
        for (Index token = 0; token < logits.cols(); ++token) {
            moved = std::max(moved, std::abs(double{logits(row, token)} - double{exact(row, token)}));
            // A value on the edge of two codes may fall to either side in another order of summation.
            ASSERT_NEAR(next[static_cast<std::size_t>(token)], logits(row, token), 5e-3) << "after " << i;
        }
    }
    EXPECT_GT(moved, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Tiny, RoundedFamily,
                         testing::Values("llama3-rope", "mixtral", "gemma2", "gpt2", "gpt_neox", "phi3"));

TEST(BlockRounding, ValuesOfZeroSilenceAttention) {
    const Model model = Model::open(test::tinyModel("qwen2"));
    ModelChanges changes;
    int heads = 0;
    changes.rounding = [&](int) {
        return BlockRounding{{}, [&](MatrixView<float> head) {
                                 ++heads;
                                 EXPECT_EQ(head.cols, model.spec.headSize);
                                 for (Index row = 0; row < head.rows; ++row)
                                     std::fill_n(head.row(row), head.cols, 0.0f);
                             }};
    };
    Matrix hidden = embedded(model), mixed;
    const auto specs = model.spec.taps(0);
    const auto observe = [&](const Observation& observation) {
        if (specs[observation.tap].group == 1)
            mixed = copyOf(observation.values);
    };
    Block(model, 0, changes).forward(hidden.view(), kTokens, JobContext(), {{TapKind::LinearInput}, observe});
    EXPECT_EQ(heads, 2 * model.spec.keyValueHeads);
    for (const float value : mixed.values())
        EXPECT_EQ(value, 0.0f);
}

TEST(ArchitectureSpec, KnowsTheBlockOfALinear) {
    const Model model = Model::open(test::tinyModel("qwen2"));
    for (int block = 0; block < model.spec.blocks; ++block)
        EXPECT_EQ(model.spec.blockOf(model.spec.linearName(block, "mlp.down_proj")), block);
    for (const char* other : {"", "model.layers", "model.layers.", "model.layers.0", "model.layers.x.q", "lm_head",
                              "model.layers.999.mlp.down_proj", "model.layers.-1.mlp.down_proj"})
        EXPECT_EQ(model.spec.blockOf(other), -1) << other;
}

} // namespace
} // namespace vernier
