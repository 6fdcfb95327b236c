#include "core/evaluate/evaluation.h"
#include "core/quantize/quantize_model.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <memory>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;

/// The model, the evaluation windows and full precision's hidden states, computed once for all runs.
class GoldenRuns : public testing::TestWithParam<std::size_t> {
protected:
    struct Shared {
        Model model = Model::open(test::demoFolder() / "model");
        TokenWindows windows = test::demoWindows("evaluation", 0);
        std::optional<HiddenStates> reference;
        json golden = test::golden("demo.json");
    };
    static void SetUpTestSuite() {
        shared = std::make_unique<Shared>();
        JobContext job;
        shared->reference = finalHidden(shared->model, shared->windows, {}, {}, job);
    }
    static void TearDownTestSuite() { shared.reset(); }

    static std::unique_ptr<Shared> shared;
};
std::unique_ptr<GoldenRuns::Shared> GoldenRuns::shared;

QuantizeSettings settingsOf(const json& run) {
    QuantizeSettings settings;
    settings.method = methodFromName(run["method"].get<std::string>());
    settings.scheme = {run["bits"].get<int>(), run["group_size"].get<int>(), run["symmetric"].get<bool>()};
    settings.staticGroups = run["desc_act"].get<bool>();
    settings.order = settings.staticGroups ? ColumnOrder::Activation : ColumnOrder::Natural;
    return settings;
}

double share(const std::vector<std::uint8_t>& codes, const std::string& golden) {
    EXPECT_EQ(codes.size(), golden.size());
    std::size_t equal = 0;
    for (std::size_t i = 0; i < codes.size(); ++i)
        equal += codes[i] == static_cast<std::uint8_t>(golden[i]);
    return static_cast<double>(equal) / static_cast<double>(codes.size());
}

TEST_P(GoldenRuns, MeetThePerplexityKlAndExponentsOfTheReference) {
    const json& expected = shared->golden["runs"][GetParam()];
    SCOPED_TRACE(expected["method"].get<std::string>() + " " + std::to_string(expected["bits"].get<int>()) + " on " +
                 expected["calibration"].get<std::string>());
    JobContext job;
    std::map<int, QuantizedBlock> blocks;
    QuantizeHooks hooks;
    hooks.onBlock = [&](QuantizedBlock block) { blocks.emplace(block.block, std::move(block)); };
    quantizeModel(shared->model, test::demoWindows(expected["calibration"], 32), settingsOf(expected), {}, hooks, job);

    const LinearSource weights = [&](const std::string& name) -> std::optional<Matrix> {
        for (const auto& [index, block] : blocks)
            if (block.linears.contains(name))
                return block.linears.at(name).dequantize();
        return std::nullopt;
    };
    const HiddenStates hidden = finalHidden(shared->model, shared->windows, weights, {}, job);
    const Evaluation evaluation = score(shared->model, shared->windows, hidden, &*shared->reference, job);
    const double perplexity = expected["perplexity"], kl = expected["kl_nats"];
    EXPECT_NEAR(evaluation.perplexity, perplexity, 0.002 * perplexity);
    EXPECT_NEAR(*evaluation.kl, kl, 0.1 * kl);
    EXPECT_NEAR(*evaluation.top1, expected["top1_agreement"].get<double>(), 0.005);

    if (expected.contains("awq_r")) {
        for (const auto& [index, block] : blocks)
            for (const LinearReport& report : block.reports)
                EXPECT_EQ(report.exponent, expected["awq_r"].at(report.name.substr(6)).get<double>()) << report.name;
    }

    // The codes of layer 0 are golden for GPTQ at 3 bits in groups of 64 on the calibration text.
    const bool hasCodes = expected["method"] == "gptq" && expected["bits"] == 3 && !expected["desc_act"].get<bool>() &&
                          expected["calibration"] == "calibration";
    if (hasCodes) {
        for (const auto& [linear, codes] : shared->golden["codes_layer0"].items())
            EXPECT_GE(share(blocks.at(0).linears.at("model.layers.0." + linear).codes,
                            test::decodeBase64(codes["gptq_codes_base64_uint8_row_major"].get<std::string>())),
                      0.999)
                << linear;
    }
}

INSTANTIATE_TEST_SUITE_P(AllFifteen, GoldenRuns, testing::Range<std::size_t>(0, 15));

} // namespace
} // namespace vernier
