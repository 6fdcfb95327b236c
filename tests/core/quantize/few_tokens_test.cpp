#include "core/quantize/few_tokens.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TokenWindows windowsOf(int count, int length) {
    TokenWindows windows;
    windows.sequenceLength = length;
    windows.ids.resize(static_cast<std::size_t>(count * length));
    return windows;
}

QuantizeSettings settingsOf(Method method) {
    QuantizeSettings settings;
    settings.method = method;
    return settings;
}

// Two blocks of hidden size 32, seven linears each; the last of a block reads 48 channels.
TEST(FewTokens, countsLinearsThatReadMoreChannelsThanTokens) {
    const auto spec = ArchitectureSpec::load(test::tinyModel("qwen2"));
    EXPECT_FALSE(findFewTokens(spec, settingsOf(Method::Gptq), windowsOf(6, 8)).any());
    const FewTokens few = findFewTokens(spec, settingsOf(Method::Gptq), windowsOf(4, 8));
    EXPECT_EQ(few.linears, 2);
    EXPECT_EQ(few.widest, 48);
    EXPECT_EQ(few.widestName, "model.layers.0.mlp.down_proj");
    EXPECT_EQ(few.tokens, 32);
    EXPECT_EQ(few.windows, 6);
    EXPECT_EQ(findFewTokens(spec, settingsOf(Method::Awq), windowsOf(3, 8)).linears, 14);
}

TEST(FewTokens, doesNotCountPaddingAndLinearsWithoutGrams) {
    const auto spec = ArchitectureSpec::load(test::tinyModel("qwen2"));
    auto windows = windowsOf(6, 8);
    windows.validLengths = {8, 8, 8, 8, 8, 7};
    EXPECT_EQ(findFewTokens(spec, settingsOf(Method::Gptq), windows).linears, 2);
    EXPECT_FALSE(findFewTokens(spec, settingsOf(Method::Rtn), windows).any());
    EXPECT_FALSE(findFewTokens(spec, settingsOf(Method::SmoothQuant), windows).any());
    auto settings = settingsOf(Method::Gptq);
    LinearOverride kept, rounded;
    kept.pattern = "*.0.mlp.down_proj";
    kept.skip = true;
    rounded.pattern = "*.1.mlp.down_proj";
    rounded.method = Method::Rtn;
    settings.overrides = {kept};
    EXPECT_EQ(findFewTokens(spec, settings, windows).linears, 1);
    settings.overrides = {kept, rounded};
    EXPECT_FALSE(findFewTokens(spec, settings, windows).any());
}

TEST(FewTokens, sharesTokensAmongExperts) {
    // Each of four experts gets half of the tokens.
    const auto spec = ArchitectureSpec::load(test::tinyModel("mixtral"));
    EXPECT_FALSE(findFewTokens(spec, settingsOf(Method::Gptq), windowsOf(12, 8)).any());
    const FewTokens few = findFewTokens(spec, settingsOf(Method::Gptq), windowsOf(8, 8));
    EXPECT_EQ(few.linears, 2 * 4); // the outputs of the experts: 48 channels, 32 tokens
    EXPECT_EQ(few.tokens, 32);
    EXPECT_EQ(few.windows, 12);
}

TEST(FewTokens, areWarnedOfWithTheRemedy) {
    const auto spec = ArchitectureSpec::load(test::tinyModel("qwen2"));
    std::vector<std::string> lines;
    const JobContext job({}, {}, [&](std::string_view line) { lines.emplace_back(line); });
    warnOfFewTokens(spec, settingsOf(Method::Gptq), windowsOf(6, 8), job);
    EXPECT_TRUE(lines.empty());
    warnOfFewTokens(spec, settingsOf(Method::Gptq), windowsOf(4, 8), job);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_THAT(lines[0], AllOf(HasSubstr("warning"), HasSubstr("2 linears"), HasSubstr("down_proj, reads 48"),
                                HasSubstr("32 tokens"), HasSubstr("6 windows of 8"), HasSubstr("damp_percent")));
    warnOfFewTokens(spec, settingsOf(Method::Awq), windowsOf(4, 8), job);
    EXPECT_THAT(lines.at(1), testing::Not(HasSubstr("damp_percent")));
}

} // namespace
} // namespace vernier
