#include "core/quantize/presets.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vernier {
namespace {

TEST(Pattern, starsAndQuestionMarksMatch) {
    EXPECT_TRUE(matchesPattern("*", ""));
    EXPECT_TRUE(matchesPattern("*.down_proj", "model.layers.3.mlp.down_proj"));
    EXPECT_TRUE(matchesPattern("model.layers.?.mlp.*", "model.layers.3.mlp.down_proj"));
    EXPECT_FALSE(matchesPattern("model.layers.?.mlp.*", "model.layers.13.mlp.down_proj"));
    EXPECT_TRUE(matchesPattern("*a*b", "xxabab"));
    EXPECT_FALSE(matchesPattern("*a*b", "xxabac"));
    EXPECT_FALSE(matchesPattern("", "x"));
    EXPECT_FALSE(matchesPattern("down_proj", "mlp.down_proj"));
}

TEST(QuantizeSettings, overridesChangeWhatTheyName) {
    QuantizeSettings settings;
    settings.scheme = {4, 128, false, NumberFormat::Integer, ScaleType::F16};
    settings.overrides = {{"*.mlp.*", false, 8, {}, {}, {}, {}},
                          {"*.down_proj", false, {}, 32, true, {}, Method::Rtn},
                          {"*.0.*", true, {}, {}, {}, {}, {}},
                          {"*.o_proj", false, {}, {}, {}, NumberFormat::Q8_0, {}}};
    EXPECT_NO_THROW(settings.validate());
    const LinearSettings down = settingsFor(settings, "model.layers.3.mlp.down_proj");
    EXPECT_EQ(down.scheme, (Scheme{8, 32, true, NumberFormat::Integer, ScaleType::F16}));
    EXPECT_EQ(down.method, Method::Rtn);
    EXPECT_FALSE(down.skip);
    EXPECT_TRUE(settingsFor(settings, "model.layers.0.mlp.down_proj").skip);
    EXPECT_EQ(settingsFor(settings, "model.layers.3.self_attn.q_proj").scheme, settings.scheme);
    EXPECT_EQ(settingsFor(settings, "model.layers.3.self_attn.o_proj").scheme.groupSize, 32);
    settings.overrides = {{"*.mlp.*", false, 9, {}, {}, {}, {}}};
    try {
        settings.validate();
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("override *.mlp.*"));
    }
}

TEST(QuantizeSettings, refusesWhatContradictsItself) {
    const auto refused = [](const std::function<void(QuantizeSettings&)>& change) {
        QuantizeSettings settings;
        change(settings);
        EXPECT_THROW(settings.validate(), Error);
    };
    refused([](QuantizeSettings& s) {
        s.driftCorrection = 0.25;
        s.grams = GramSource::FullPrecision;
    });
    refused([](QuantizeSettings& s) {
        s.trueSequential = true;
        s.grams = GramSource::FullPrecision;
    });
    refused([](QuantizeSettings& s) { s.smoothStrength = 2; });
}

TEST(QuantizeSettings, queriesAndKeysAreNeverClipped) {
    QuantizeSettings settings = presetFromName("autoawq").settings;
    EXPECT_FALSE(settingsFor(settings, "model.layers.0.self_attn.q_proj").clips);
    EXPECT_FALSE(settingsFor(settings, "model.layers.0.self_attn.k_proj").clips);
    EXPECT_TRUE(settingsFor(settings, "model.layers.0.self_attn.v_proj").clips);
    EXPECT_TRUE(settingsFor(settings, "model.layers.0.mlp.gate_proj").clips);
}

// The table of defaults of the tools they are named after.
TEST(Presets, doWhatTheirToolsDo) {
    for (const Preset& preset : presets())
        EXPECT_NO_THROW(preset.settings.validate()) << preset.name;
    const QuantizeSettings paper = presetFromName("gptq-paper").settings;
    EXPECT_EQ(paper.scheme, (Scheme{4, -1, false}));
    EXPECT_EQ(paper.dampPercent, 0.01);
    EXPECT_EQ(paper.dampIncrement, 0);
    EXPECT_EQ(paper.groupGrids, GroupGrids::Published);
    const QuantizeSettings gptqModel = presetFromName("gptqmodel").settings;
    EXPECT_EQ(gptqModel.order, ColumnOrder::GroupAware);
    EXPECT_EQ(gptqModel.dampPercent, 0.05);
    EXPECT_TRUE(gptqModel.trueSequential);
    EXPECT_TRUE(gptqModel.scheme.symmetric);
    const QuantizeSettings compressor = presetFromName("llm-compressor").settings;
    EXPECT_TRUE(compressor.staticGroups);
    EXPECT_EQ(compressor.order, ColumnOrder::Activation);
    EXPECT_EQ(presetFromName("neural-compressor").settings.scheme.groupSize, 32);
    EXPECT_EQ(presetFromName("autoawq").settings.duoScaling, DuoScaling::Only);
    EXPECT_EQ(presetFromName("autoawq").settings.grams, GramSource::FullPrecision);
    EXPECT_THROW(presetFromName("autopilot"), Error);
}

} // namespace
} // namespace vernier
