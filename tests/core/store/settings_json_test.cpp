#include "core/base/error.h"
#include "core/store/json_fields.h"
#include "core/store/settings_json.h"
#include "tests/support/caught_error.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;
using test::caughtError;

QuantizeSettings settingsOf(Method method) {
    QuantizeSettings settings;
    settings.method = method;
    settings.scheme = {3, 64, true};
    settings.dampPercent = 0.1 + 0.2;
    settings.blockColumns = 32;
    settings.order = ColumnOrder::Activation;
    settings.staticGroups = true;
    settings.gridPoints = 7;
    return settings;
}

TEST(SettingsJson, HoldsOnlyWhatTheMethodUses) {
    EXPECT_EQ(toJson(settingsOf(Method::Rtn)).dump(),
              R"({"bits":3,"group_size":64,"method":"rtn","precision":"f32","symmetric":true})");
    EXPECT_EQ(toJson(settingsOf(Method::Gptq)).dump(),
              R"({"bits":3,"block_columns":32,"damp_increment":0.01,"damp_percent":0.30000000000000004,)"
              R"("group_grids":"published","group_size":64,"method":"gptq","order":"activation","precision":"f32",)"
              R"("static_groups":true,"symmetric":true})");
    EXPECT_EQ(toJson(settingsOf(Method::Awq)).dump(),
              R"({"bits":3,"clip_search":false,"duo_scaling":"off","grid_points":7,"group_size":64,"method":"awq",)"
              R"("precision":"f32","symmetric":true})");
}

TEST(SettingsJson, ReadsThePrecisionAndRefusesUnknownOnes) {
    QuantizeSettings settings = settingsOf(Method::Rtn);
    settings.precision = Precision::BF16;
    json written = toJson(settings);
    EXPECT_EQ(quantizeSettingsFromJson(written).precision, Precision::BF16);
    written.erase("precision"); // as before there was a choice
    EXPECT_EQ(quantizeSettingsFromJson(written).precision, Precision::F32);
    written["precision"] = "fp8";
    EXPECT_THROW(quantizeSettingsFromJson(written), Error);
}

TEST(SettingsJson, SettingsComeBackFromTheirText) {
    for (const Method method : {Method::Rtn, Method::Gptq, Method::Awq}) {
        const QuantizeSettings settings = settingsOf(method);
        const QuantizeSettings back = quantizeSettingsFromJson(json::parse(toJson(settings).dump()));
        EXPECT_EQ(back.method, method);
        EXPECT_EQ(back.scheme, settings.scheme);
        if (method == Method::Gptq) {
            EXPECT_EQ(back.dampPercent, settings.dampPercent);
            EXPECT_EQ(back.blockColumns, 32);
            EXPECT_EQ(back.order, ColumnOrder::Activation);
            EXPECT_TRUE(back.staticGroups);
        }
        if (method == Method::Awq) {
            EXPECT_EQ(back.gridPoints, 7);
        }
    }
}

// The settings of GPTQ with one key changed, or without it when value is null.
std::optional<Error> errorOf(const char* key, const json& value) {
    json changed = toJson(settingsOf(Method::Gptq));
    changed[key] = value;
    return caughtError([&] { quantizeSettingsFromJson(changed); });
}

TEST(SettingsJson, RefusalNamesTheKey) {
    const std::pair<const char*, json> bad[] = {{"method", "magic"},
                                                {"method", 4},
                                                {"bits", 9},
                                                {"bits", 3.5},
                                                {"bits", "3"},
                                                {"bits", nullptr},
                                                {"bits", 4294967299u},
                                                {"bits", UINT64_MAX},
                                                {"group_size", -2},
                                                {"group_size", true},
                                                {"symmetric", 1},
                                                {"damp_percent", "much"},
                                                {"damp_percent", nullptr},
                                                {"order", "yes"},
                                                {"static_groups", "yes"},
                                                {"block_columns", json::array({1})},
                                                {"block_columns", -5},
                                                {"block_columns", 1e99},
                                                {"damp_percent", "NaN"}};
    for (const auto& [key, value] : bad) {
        const auto error = errorOf(key, value);
        ASSERT_TRUE(error) << key << " = " << value;
        EXPECT_EQ(error->kind(), ErrorKind::Input);
        EXPECT_THAT(error->what(), testing::HasSubstr(key)) << value;
    }
    EXPECT_EQ(caughtError([] { quantizeSettingsFromJson(json::array()); })->kind(), ErrorKind::Input);
    EXPECT_FALSE(errorOf("comment", "keys of others are left alone"));
}

TEST(SettingsJson, EvaluationComesBackWithAndWithoutComparison) {
    Evaluation evaluation{"wiki \"test\"", "non-overlapping windows", 17, 4335, 256, 23.456789012345678, {}, {}, {}};
    Evaluation back = evaluationFromJson(json::parse(toJson(evaluation).dump()));
    EXPECT_EQ(back.dataName, evaluation.dataName);
    EXPECT_EQ(back.protocol, evaluation.protocol);
    EXPECT_EQ(back.windows, 17);
    EXPECT_EQ(back.scoredTokens, 4335);
    EXPECT_EQ(back.sequenceLength, 256);
    EXPECT_EQ(back.perplexity, 23.456789012345678);
    EXPECT_FALSE(back.referencePerplexity || back.kl || back.top1);
    evaluation.referencePerplexity = 20.1;
    evaluation.kl = 1.0 / 3;
    evaluation.top1 = 0.97;
    back = evaluationFromJson(json::parse(toJson(evaluation).dump()));
    EXPECT_EQ(back.referencePerplexity, 20.1);
    EXPECT_EQ(back.kl, 1.0 / 3);
    EXPECT_EQ(back.top1, 0.97);
}

TEST(SettingsJson, ReportComesBackEvenWithoutError) {
    LinearReport report{"model.layers.3.mlp.down_proj",
                        1e-310,
                        std::numeric_limits<double>::infinity(),
                        1u << 31,
                        4096,
                        0.35,
                        0.02,
                        2,
                        "gptq",
                        {0.01, 0.02}};
    const LinearReport back = linearReportFromJson(json::parse(toJson(report).dump()));
    EXPECT_EQ(back.name, report.name);
    EXPECT_EQ(back.relativeError, 1e-310);
    EXPECT_EQ(back.sqnrDb, std::numeric_limits<double>::infinity());
    EXPECT_EQ(back.storedBytes, 1u << 31);
    EXPECT_EQ(back.parameters, 4096);
    EXPECT_EQ(back.exponent, 0.35);
    EXPECT_EQ(back.how, "gptq");
    EXPECT_EQ(back.dampPercent, 0.02);
    EXPECT_EQ(back.dampHistory, report.dampHistory);
    EXPECT_EQ(back.deadColumns, 2);
    json changed = toJson(report);
    changed["parameters"] = -1;
    EXPECT_THAT(caughtError([&] { linearReportFromJson(changed); })->what(), testing::StartsWith("parameters: -1"));
}

TEST(JsonFields, NumbersComeBackExactly) {
    for (const double value : {0.1, -0.0, 1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789.125, 1e22,
                               -std::numeric_limits<double>::infinity(), std::nan("")}) {
        const json text = json::parse(json{{"x", jsonNumber(value)}}.dump());
        const double back = JsonFields(text, "test").number("x");
        EXPECT_TRUE(std::isnan(value) ? std::isnan(back) : back == value && std::signbit(back) == std::signbit(value))
            << value;
    }
}

TEST(JsonFields, TextThatIsNoJsonIsRefusedAndBadUtf8Replaced) {
    EXPECT_THAT(caughtError([] { parseJson(R"({"a":)", "runs/0"); })->what(), testing::StartsWith("runs/0: "));
    EXPECT_EQ(caughtError([] { parseJson("[1e999]", "x"); })->kind(), ErrorKind::Input);
    EXPECT_EQ(jsonText(json{{"path", "a\xff"}}), "{\"path\":\"a\uFFFD\"}");
}

} // namespace
} // namespace vernier
