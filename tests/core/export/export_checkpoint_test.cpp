#include "core/base/error.h"
#include "core/evaluate/evaluation.h"
#include "core/export/export_checkpoint.h"
#include "core/export/fold_scales.h"
#include "core/export/loaders.h"
#include "core/export/read_checkpoint.h"
#include "tests/core/export/demo_run.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

struct Case {
    std::string title;
    ExportFormat format = ExportFormat::Gptq;
    QuantizeSettings settings{};
};

Case makeCase(
    std::string title, ExportFormat format, Method method, Scheme scheme,
    void (*change)(QuantizeSettings&) = [](QuantizeSettings&) {}) {
    Case made{std::move(title), format, {}};
    made.settings.method = method;
    made.settings.scheme = scheme;
    made.settings.scheme.scaleType = ScaleType::F16;
    made.settings.foldableOnly = true;
    change(made.settings);
    return made;
}

LinearOverride overrideOf(const char* pattern) {
    LinearOverride change;
    change.pattern = pattern;
    return change;
}

class Exported : public testing::TestWithParam<Case> {};

TEST_P(Exported, ReadsBackExactlyAndGivesTheRunsPerplexity) {
    const test::DemoRun run(GetParam().settings);
    const test::TemporaryFolder parent;
    JobContext job;
    {
        ExportFolder folder(parent / "model", false);
        writeCheckpoint(folder, run.source(), GetParam().format, job);
        folder.publish();
    }
    const Model model = Model::open(parent / "model");
    const ModelChanges changes = storedChanges(model);
    const LinearSource& linears = changes.linears;
    ASSERT_TRUE(linears);
    for (const QuantizedBlock& block : run.blocks)
        for (const auto& [name, linear] : block.linears) {
            const auto read = linears(name);
            ASSERT_TRUE(read) << name;
            const Matrix stored = linear.storedWeight();
            EXPECT_TRUE(std::ranges::equal(read->values(), stored.values())) << name;
            EXPECT_EQ(model.checkpoint.find(name + ".weight") != nullptr,
                      GetParam().format == ExportFormat::IntQuantized);
        }
    EXPECT_FALSE(linears("model.layers.0.input_layernorm"));
    const double expected = run.perplexity(), seen = test::perplexityOf(model, changes);
    EXPECT_NEAR(seen, expected, 5e-5);
    EXPECT_TRUE(fs::exists(parent / "model/tokenizer.json"));
    EXPECT_TRUE(fs::exists(parent / "model/generation_config.json"));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, Exported,
    testing::Values(makeCase("GptqThreeBits", ExportFormat::Gptq, Method::Gptq, {3, 64, true}),
                    makeCase("GptqActOrder", ExportFormat::Gptq, Method::Gptq, {4, 128, true},
                             [](QuantizeSettings& s) { s.order = ColumnOrder::Activation; }),
                    makeCase("GptqV2Asymmetric", ExportFormat::GptqV2, Method::Gptq, {4, 64, false}),
                    makeCase("GptqMixed", ExportFormat::Gptq, Method::Rtn, {4, 64, true},
                             [](QuantizeSettings& s) {
                                 LinearOverride wider = overrideOf("*.down_proj"),
                                                kept = overrideOf("*.0.self_attn.q_proj");
                                 wider.bits = 8;
                                 wider.groupSize = 32;
                                 kept.skip = true;
                                 s.overrides = {wider, kept};
                             }),
                    makeCase("Awq", ExportFormat::Awq, Method::Awq, {4, 64, false}),
                    makeCase("AwqThenGptq", ExportFormat::Awq, Method::AwqGptq, {4, 128, true}),
                    makeCase("PackQuantized", ExportFormat::PackQuantized, Method::Awq, {4, 64, false}),
                    makeCase("PackQuantizedActOrder", ExportFormat::PackQuantized, Method::Gptq, {8, 32, true},
                             [](QuantizeSettings& s) { s.order = ColumnOrder::Activation; }),
                    makeCase("IntQuantized", ExportFormat::IntQuantized, Method::SmoothQuant, {8, -1, true},
                             [](QuantizeSettings& s) { s.activations.bits = 8; }),
                    makeCase("IntQuantizedRtn", ExportFormat::IntQuantized, Method::Rtn, {8, -1, true},
                             [](QuantizeSettings& s) { s.activations.bits = 8; }),
                    makeCase("IntQuantizedStaticScaled", ExportFormat::IntQuantized, Method::SmoothQuant, {8, -1, true},
                             [](QuantizeSettings& s) {
                                 s.activations.bits = 8;
                                 s.activations.grids = ActivationGrids::PerTensor;
                             }),
                    makeCase("IntQuantizedStatic", ExportFormat::IntQuantized, Method::Rtn, {8, -1, true},
                             [](QuantizeSettings& s) {
                                 s.activations.bits = 8;
                                 s.activations.grids = ActivationGrids::PerTensor;
                             })),
    [](const auto& info) { return info.param.title; });

TEST(ExportCheckpoint, OfAnyRunAsFakeQuantizedIsTheRoundedWeight) {
    QuantizeSettings settings;
    settings.method = Method::Awq; // scales that are not foldable
    settings.scheme = {3, 64, false};
    const test::DemoRun run(settings);
    const test::TemporaryFolder parent;
    JobContext job;
    ExportFolder folder(parent / "model", false);
    writeCheckpoint(folder, run.source(), ExportFormat::FakeQuantized, job);
    folder.publish();
    const Model model = Model::open(parent / "model");
    EXPECT_FALSE(storedChanges(model).linears);
    model.checkTensors();
    const std::string name = "model.layers.2.mlp.up_proj";
    const Matrix weight = run.blocks[2].linears.at(name).dequantize();
    const StoredTensor& stored = *model.checkpoint.find(name + ".weight");
    EXPECT_EQ(stored.type, DType::BF16);
    EXPECT_TRUE(std::ranges::equal(narrowed(weight.values(), DType::BF16), stored.bytes));
    const StoredTensor& norm = *model.checkpoint.find("model.norm.weight");
    EXPECT_TRUE(std::ranges::equal(run.model.checkpoint.find(norm.name)->bytes, norm.bytes));
}

TEST(ExportCheckpoint, DeclaresWhatItHolds) {
    const auto made = makeCase("", ExportFormat::Gptq, Method::Rtn, {4, 64, true}, [](QuantizeSettings& s) {
        LinearOverride wider = overrideOf("*.down_proj"), kept = overrideOf("*.0.self_attn.q_proj");
        wider.bits = 8;
        kept.skip = true;
        s.overrides = {wider, kept};
    });
    const test::DemoRun run(made.settings);
    const test::TemporaryFolder parent;
    JobContext job;
    const auto declared = [&](ExportFormat format) {
        ExportFolder folder(parent / name(format), false);
        writeCheckpoint(folder, run.source(), format, job);
        return nlohmann::json::parse(test::get(folder.path() / "config.json"));
    };
    const auto config = declared(ExportFormat::Gptq);
    EXPECT_EQ(config["torch_dtype"], "float16");
    EXPECT_EQ(config["hidden_size"], 256);
    const auto& gptq = config["quantization_config"];
    EXPECT_EQ(gptq["quant_method"], "gptq");
    EXPECT_EQ(gptq["bits"], 4);
    EXPECT_EQ(gptq["checkpoint_format"], "gptq");
    EXPECT_EQ(gptq["desc_act"], false);
    EXPECT_EQ(gptq["dynamic"].size(), 7u);
    EXPECT_EQ(gptq["dynamic"]["+:^model\\.layers\\.3\\.mlp\\.down_proj$"]["bits"], 8);
    EXPECT_TRUE(gptq["dynamic"].contains("-:^model\\.layers\\.0\\.self_attn\\.q_proj$"));

    const auto packed = declared(ExportFormat::PackQuantized)["quantization_config"];
    EXPECT_EQ(packed["format"], "pack-quantized");
    EXPECT_EQ(packed["ignore"], nlohmann::json({"model.layers.0.self_attn.q_proj", "lm_head"}));
    EXPECT_EQ(packed["config_groups"]["group_0"]["targets"], nlohmann::json({"Linear"}));
    EXPECT_EQ(packed["config_groups"]["group_1"]["weights"]["num_bits"], 8);
    EXPECT_EQ(packed["config_groups"]["group_1"]["targets"].size(), 6u);
}

TEST(ExportCheckpoint, RefusesWhatAFormatCannotHoldBeforeAnyWork) {
    const ArchitectureSpec spec = ArchitectureSpec::load(test::demoFolder() / "model");
    const auto refusal = [&](const Case& wanted) {
        const auto error = test::caughtError([&] { requireExportable(spec, wanted.settings, wanted.format); });
        EXPECT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Unsupported);
        EXPECT_FALSE(error->remedy().empty());
        return std::string(error->what());
    };
    const auto unfoldable = makeCase("", ExportFormat::Awq, Method::Awq, {4, 64, false},
                                     [](QuantizeSettings& s) { s.foldableOnly = false; });
    EXPECT_THAT(refusal(unfoldable), HasSubstr("foldable_only"));
    const auto single = makeCase("", ExportFormat::Gptq, Method::Rtn, {4, 64, false},
                                 [](QuantizeSettings& s) { s.scheme.scaleType = ScaleType::F32; });
    EXPECT_THAT(refusal(single), HasSubstr("scale_type f16"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Gptq, Method::Rtn, {5, 64, false})), HasSubstr("5 bits"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Gptq, Method::Rtn, {4, 0, false})), HasSubstr("whole tensor"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Gptq, Method::Rtn, {4, 96, false})), HasSubstr("do not divide"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Awq, Method::Rtn, {3, 64, false})), HasSubstr("3 bits"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Awq, Method::Gptq, {4, 64, false},
                                 [](QuantizeSettings& s) { s.order = ColumnOrder::Activation; })),
                HasSubstr("g_idx"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::PackQuantized, Method::Rtn, Scheme::of(NumberFormat::Nvfp4))),
                HasSubstr("nvfp4"));
    const auto rounded = [](QuantizeSettings& s) { s.activations.bits = 8; };
    EXPECT_THAT(refusal(makeCase("", ExportFormat::IntQuantized, Method::Rtn, {8, -1, false}, rounded)),
                HasSubstr("symmetric"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::IntQuantized, Method::Rtn, {8, -1, true})),
                HasSubstr("--activation-bits 8"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::PackQuantized, Method::Rtn, {4, 64, true}, rounded)),
                HasSubstr("do not round activations"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::IntQuantized, Method::Rtn, {8, -1, true},
                                 [](QuantizeSettings& s) { s.activations.bits = 4; })),
                HasSubstr("4 bits"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Gguf, Method::Rtn, {4, 32, false})), HasSubstr("q4_1"));
    EXPECT_THAT(refusal(makeCase("", ExportFormat::Gguf, Method::Rtn, {4, 16, true})), HasSubstr("blocks of 32"));
    const auto kept = makeCase("", ExportFormat::Awq, Method::Awq, {4, 64, false}, [](QuantizeSettings& s) {
        LinearOverride keep = overrideOf("*.k_proj");
        keep.skip = true;
        s.overrides = {keep};
    });
    EXPECT_THAT(refusal(kept), HasSubstr("k_proj"));
    for (const std::string& name : exportFormatNames())
        EXPECT_EQ(vernier::name(exportFormatFromName(name)), name);
    EXPECT_THROW(exportFormatFromName("onnx"), Error);
}

TEST(ExportCheckpoint, SaysWhichLoadersTakeIt) {
    const ArchitectureSpec spec = ArchitectureSpec::load(test::demoFolder() / "model");
    const auto loads = [&](const Case& wanted, const std::string& loader) {
        for (const LoaderVerdict& verdict : loaderVerdicts(spec, wanted.settings, wanted.format))
            if (verdict.loader.starts_with(loader)) {
                EXPECT_FALSE(verdict.why.empty());
                return verdict.loads;
            }
        ADD_FAILURE() << loader;
        return false;
    };
    const auto symmetric = makeCase("", ExportFormat::Gptq, Method::Gptq, {4, 128, true});
    EXPECT_TRUE(loads(symmetric, "vLLM, Marlin"));
    EXPECT_TRUE(loads(symmetric, "ExLlama"));
    EXPECT_FALSE(loads(symmetric, "llama.cpp"));
    const auto asymmetric = makeCase("", ExportFormat::GptqV2, Method::Gptq, {4, 128, false});
    EXPECT_FALSE(loads(asymmetric, "vLLM, Marlin"));
    EXPECT_FALSE(loads(asymmetric, "AutoGPTQ before"));
    EXPECT_TRUE(loads(asymmetric, "AutoGPTQ after"));
    EXPECT_TRUE(loads(makeCase("", ExportFormat::Gguf, Method::Rtn, Scheme::of(NumberFormat::Q4_0)), "llama.cpp"));
}

TEST(ExportCheckpoint, RefusesADeclarationItDoesNotKnow) {
    const test::TemporaryFolder folder;
    fs::copy(test::demoFolder() / "model", folder / "model");
    auto config = nlohmann::json::parse(test::get(folder / "model/config.json"));
    for (const auto& [declared, problem] : std::vector<std::pair<nlohmann::json, std::string>>{
             {{{"quant_method", "hqq"}}, "hqq"},
             {{{"quant_method", 7}}, "is no text"},
             {"gptq", "is no object"},
             {{{"quant_method", "gptq"}, {"checkpoint_format", "marlin"}}, "marlin"},
             {{{"quant_method", "awq"}, {"version", "gemv"}}, "gemv"},
             {{{"quant_method", "compressed-tensors"}, {"format", "pack-quantized"}}, "config_groups"}}) {
        config["quantization_config"] = declared;
        fs::remove(folder / "model/config.json");
        test::put(folder / "model/config.json", config.dump());
        const Model model = Model::open(folder / "model");
        const auto error = test::caughtError([&] { storedChanges(model); });
        ASSERT_TRUE(error) << problem;
        EXPECT_THAT(error->what(), AllOf(HasSubstr("quantization_config"), HasSubstr(problem)));
    }
}

} // namespace
} // namespace vernier
