#include "core/evaluate/error_growth.h"

#include "core/evaluate/evaluation.h"
#include "core/evaluate/sensitivity.h"
#include "core/quantize/quantize_model.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

/// The demo model with its linears rounded to 3 bits.
class CoarseDemo : public testing::Test {
protected:
    void SetUp() override {
        QuantizeSettings settings;
        settings.method = Method::Rtn;
        settings.scheme = {3, 64, false};
        QuantizeHooks hooks;
        hooks.onBlock = [&](const QuantizedBlock& block) { blocks.push_back(block); };
        quantizeModel(model, test::demoWindows("calibration", 2), settings, {}, hooks, job);
    }

    LinearSource codes() const {
        return [this](const std::string& linear) {
            return sourceOf(blocks.at(static_cast<std::size_t>(model.spec.blockOf(linear))))(linear);
        };
    }

    Model model = Model::open(test::demoFolder() / "model");
    TokenWindows windows = test::demoWindows("evaluation", 4);
    std::vector<QuantizedBlock> blocks;
    JobContext job;
};

double squares(const Matrix& states, const Matrix* other = nullptr) {
    double sum = 0;
    for (Index row = 0; row < states.rows(); ++row)
        for (Index col = 0; col < states.cols(); ++col) {
            const double x = double{states(row, col)} - (other ? double{(*other)(row, col)} : 0.0);
            sum += x * x;
        }
    return sum;
}

TEST_F(CoarseDemo, ErrorsAreThoseOfThePassesThemselves) {
    const auto growth = errorGrowth(model, windows, codes(), {}, job);
    ASSERT_EQ(std::ssize(growth), model.spec.blocks);
    // Nothing is inherited before the first block, and behind the last the streams are those of two whole passes.
    EXPECT_EQ(growth.front().inherited, 0);
    EXPECT_DOUBLE_EQ(growth.front().own, growth.front().total);
    EXPECT_GT(growth.front().own, 0);

    const auto passed = [&](int exactFrom, int exactTo) {
        Matrix hidden(std::ssize(windows.ids), model.spec.hiddenSize);
        model.embed(windows.ids, windows.sequenceLength, hidden.view());
        for (int block = 0; block < model.spec.blocks; ++block) {
            const bool exact = block >= exactFrom && block < exactTo;
            Block(model, block, exact ? ModelChanges() : ModelChanges(codes()))
                .forward(hidden.view(), windows.sequenceLength, job);
        }
        return hidden;
    };
    const int last = model.spec.blocks;
    const Matrix exact = passed(0, last), changed = passed(last, last), lastChanged = passed(0, last - 1),
                 lastExact = passed(last - 1, last);
    const BlockErrors& end = growth.back();
    EXPECT_NEAR(end.signal, squares(exact), 1e-6 * end.signal);
    EXPECT_NEAR(end.total, squares(changed, &exact), 1e-4 * end.total);
    EXPECT_NEAR(end.own, squares(lastChanged, &exact), 1e-4 * end.own);
    EXPECT_NEAR(end.inherited, squares(lastExact, &exact), 1e-4 * end.inherited);
    EXPECT_NEAR(end.compensated(), end.own + end.inherited - end.total, 1e-9 * end.signal);
}

TEST_F(CoarseDemo, PaddingIsNoError) {
    TokenWindows shorter = windows;
    shorter.validLengths.assign(static_cast<std::size_t>(windows.count()), windows.sequenceLength / 2);
    EXPECT_LT(errorGrowth(model, shorter, codes(), {}, job).back().signal,
              0.9 * errorGrowth(model, windows, codes(), {}, job).back().signal);
}

TEST_F(CoarseDemo, SensitivityIsTheDivergenceOfThatLinearAlone) {
    SensitivityMeter meter(model, windows, {}, Precision::F32, job);
    const HiddenStates exact = finalHidden(model, windows, {}, {}, job);
    for (int block = 0; block < model.spec.blocks; ++block) {
        std::vector<std::string> names;
        for (const InputGroup& group : model.spec.inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                names.push_back(model.spec.linearName(block, linear.name));
        const std::size_t linears = names.size();
        for (std::size_t i = 0; i < 3; ++i) // more than are tried at once
            names.push_back(names[i]);
        const auto measured = meter.measure(block, names, codes());
        ASSERT_EQ(measured.size(), names.size());
        EXPECT_EQ(measured.front(), measured[linears]);
        for (const std::size_t i : {std::size_t{1}, linears - 1}) {
            const LinearSource alone = [&](const std::string& name) {
                return name == names[i] ? codes()(name) : std::nullopt;
            };
            const HiddenStates changed = finalHidden(model, windows, alone, {}, job);
            EXPECT_NEAR(measured[i], *score(model, windows, changed, &exact, job).kl, 1e-9 + 1e-4 * measured[i])
                << names[i];
        }
    }
}

} // namespace
} // namespace vernier
