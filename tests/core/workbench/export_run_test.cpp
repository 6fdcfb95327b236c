#include "core/base/error.h"
#include "core/export/gguf/gguf_file.h"
#include "core/workbench/evaluate.h"
#include "core/workbench/export_imatrix.h"
#include "core/workbench/export_run.h"
#include "core/workbench/quantize.h"
#include "tests/core/workbench/small_project.h"
#include "tests/support/caught_error.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class ExportRun : public test::SmallProject {
protected:
    vernier::Run makeRun(Method method, Scheme scheme) {
        QuantizeRequest wanted;
        wanted.settings.method = method;
        wanted.settings.scheme = scheme;
        wanted.settings.foldableOnly = true;
        wanted.calibration = calibration;
        vernier::Run run = quantize(bench, project, wanted, job).run;
        run.evaluation = evaluateRun(bench, project, run, {}, job).evaluation;
        return run;
    }
    double perplexityOf(const fs::path& model) {
        return evaluateModel(bench, project, model, {}, job).evaluation.perplexity;
    }
};

Scheme halfScheme(int bits, int groupSize, bool symmetric) {
    Scheme scheme{bits, groupSize, symmetric};
    scheme.scaleType = ScaleType::F16;
    return scheme;
}

TEST_F(ExportRun, GivesTheRunsPerplexityToFourDecimals) {
    const vernier::Run gptq = makeRun(Method::Gptq, halfScheme(4, 128, true));
    const auto outcome = exportRun(bench, project, gptq, {ExportFormat::Gptq, folder / "gptq"}, job);
    EXPECT_EQ(outcome.folder, folder / "gptq");
    EXPECT_FALSE(outcome.loaders.empty());
    EXPECT_NEAR(perplexityOf(folder / "gptq"), gptq.evaluation->perplexity, 5e-5);

    const vernier::Run awq = makeRun(Method::Awq, halfScheme(4, 64, false));
    exportRun(bench, project, awq, {ExportFormat::Awq, folder / "awq"}, job);
    EXPECT_NEAR(perplexityOf(folder / "awq"), awq.evaluation->perplexity, 5e-5);

    const vernier::Run blocks = makeRun(Method::Gptq, Scheme::of(NumberFormat::Q4_0));
    exportRun(bench, project, blocks, {ExportFormat::Gguf, folder / "gguf"}, job);
    unpackModel(folder / "gguf/model.gguf", folder / "unpacked", folder / "gguf", job);
    EXPECT_NEAR(perplexityOf(folder / "unpacked"), blocks.evaluation->perplexity, 5e-5);
    EXPECT_NE(blocks.evaluation->perplexity, gptq.evaluation->perplexity);
}

TEST_F(ExportRun, SaysHowTheModelWasMade) {
    const vernier::Run run = makeRun(Method::Gptq, halfScheme(4, 128, true));
    exportRun(bench, project, run, {ExportFormat::Gptq, folder / "out"}, job);
    const std::string card = test::get(folder / "out/README.md");
    EXPECT_THAT(card, AllOf(HasSubstr("base_model_relation: quantized"), HasSubstr("calibration.jsonl | 60 |"),
                            HasSubstr(calibration.windowsHash), HasSubstr("| perplexity |"),
                            HasSubstr("vLLM, Marlin kernels | yes")));
    const auto recipe = nlohmann::json::parse(test::get(folder / "out/vernier_recipe.json"));
    EXPECT_EQ(recipe["settings"]["bits"], 4);
    EXPECT_EQ(recipe["calibration"]["windows"], 4);
    EXPECT_EQ(recipe["calibration"]["sources"][0]["documents"], 60);
    EXPECT_EQ(recipe["evaluation"]["perplexity"], run.evaluation->perplexity);
    const auto config = nlohmann::json::parse(test::get(folder / "out/quantize_config.json"));
    EXPECT_EQ(config["group_size"], 128);
}

TEST_F(ExportRun, RefusesBeforeAnyWork) {
    vernier::Run run;
    run.calibration = calibration;
    run.settings.scheme = {4, 128, true}; // float32 scales; and no codes that could be read
    const auto scales = test::caughtError([&] {
        exportRun(bench, project, run, {ExportFormat::Gptq, folder / "out"}, job);
    });
    ASSERT_TRUE(scales);
    EXPECT_THAT(scales->what(), HasSubstr("scale_type f16"));
    EXPECT_FALSE(fs::exists(folder / "out"));

    run.settings.scheme.scaleType = ScaleType::F16;
    test::put(folder / "out/mine.txt", "mine");
    const auto exists = test::caughtError([&] {
        exportRun(bench, project, run, {ExportFormat::Gptq, folder / "out"}, job);
    });
    ASSERT_TRUE(exists);
    EXPECT_THAT(exists->what(), HasSubstr("exists already"));
    EXPECT_EQ(test::get(folder / "out/mine.txt"), "mine");
}

TEST_F(ExportRun, SolvesCodesAgainThatTheCacheHasLost) {
    const vernier::Run run = makeRun(Method::Rtn, halfScheme(8, 32, true));
    for (const auto& entry : fs::recursive_directory_iterator(folder / "cache"))
        if (entry.path().extension() == ".h5")
            fs::remove(entry.path());
    exportRun(bench, project, run, {ExportFormat::Gguf, folder / "out"}, job);
    EXPECT_EQ(GgufFile(folder / "out/model.gguf").whole("general.file_type"), 7);
}

TEST_F(ExportRun, WritesImportanceMatrices) {
    exportImatrix(bench, calibration, folder / "imatrix.gguf", job);
    const GgufFile file(folder / "imatrix.gguf");
    EXPECT_EQ(file.whole("imatrix.chunk_count"), 4);
    EXPECT_EQ(file.whole("imatrix.chunk_size"), 64);
    const auto statistics = loadBlockStatistics(bench, calibration, 2);
    const auto sums = file.read(*file.find("blk.2.attn_q.weight.in_sum2"));
    for (Index channel = 0; channel < 256; ++channel)
        EXPECT_NEAR(double{sums[static_cast<std::size_t>(channel)]},
                    double{statistics->grams[0].sum()(channel, channel)},
                    1e-4 * double{sums[static_cast<std::size_t>(channel)]});
    exportImatrix(bench, calibration, folder / "imatrix.dat", job);
    EXPECT_EQ(test::get(folder / "imatrix.dat").substr(0, 4), std::string("\x2A\0\0\0", 4)); // 42 linears
}

} // namespace
} // namespace vernier
