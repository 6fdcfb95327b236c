#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_model.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>

namespace vernier {
namespace {

TokenWindows someWindows(int count, int length) {
    TokenWindows windows;
    windows.sequenceLength = length;
    for (int i = 0; i < count * length; ++i)
        windows.ids.push_back(i * 7919 % 61);
    windows.documents.assign(windows.ids.size(), 0);
    return windows;
}

/// The evaluation of a tiny model with its linears quantized, against full precision.
Evaluation quantizedTo(const char* name, const QuantizeSettings& settings, const TokenWindows& calibration) {
    const Model model = Model::open(test::tinyModel(name));
    std::map<std::string, QuantizedLinear> linears;
    QuantizeHooks hooks;
    hooks.onBlock = [&](QuantizedBlock block) { linears.merge(block.linears); };
    JobContext job;
    quantizeModel(model, calibration, settings, {}, hooks, job);
    EXPECT_EQ(std::ssize(linears), model.spec.linears());
    const TokenWindows windows = someWindows(8, 24);
    const HiddenStates reference = finalHidden(model, windows, {}, {}, job);
    const LinearSource replaced = [&](const std::string& linear) {
        return std::optional(linears.at(linear).dequantize());
    };
    return score(model, windows, finalHidden(model, windows, replaced, {}, job), &reference, job);
}

class QuantizedFamily : public testing::TestWithParam<const char*> {};

TEST_P(QuantizedFamily, HardlyDiffersAtEightBits) {
    QuantizeSettings settings;
    settings.method = Method::Rtn;
    settings.scheme = {.bits = 8, .groupSize = 16, .symmetric = false};
    const Evaluation evaluation = quantizedTo(GetParam(), settings, someWindows(2, 24));
    EXPECT_LT(*evaluation.kl, 2e-3);
    EXPECT_GT(*evaluation.top1, 0.9);
    EXPECT_NEAR(evaluation.perplexity, *evaluation.referencePerplexity, 0.02 * *evaluation.referencePerplexity);
}

INSTANTIATE_TEST_SUITE_P(Tiny, QuantizedFamily,
                         testing::Values("llama3-rope", "mistral", "qwen2", "qwen3", "phi3", "mixtral", "qwen3_moe",
                                         "gemma2", "gemma3", "gpt2", "opt", "gpt_neox"));

TEST(QuantizedMixture, RoundsTheExpertsThatNoTokenReached) {
    QuantizeSettings settings;
    settings.scheme = {.bits = 8, .groupSize = 16, .symmetric = false};
    for (const Method method : {Method::Gptq, Method::Awq}) {
        settings.method = method;
        const Evaluation evaluation = quantizedTo("qwen3_moe", settings, someWindows(1, 2)); // 2 tokens, 6 experts
        EXPECT_LT(*evaluation.kl, 2e-2) << name(method);
    }
}

} // namespace
} // namespace vernier
