#include "core/model/model_decoder.h"

#include "core/base/error.h"
#include "core/model/sampler.h"
#include "tests/core/model/forward.h"
#include "tests/support/test_files.h"

#include <algorithm>

namespace vernier {
namespace {

using nlohmann::json;

std::vector<std::int32_t> someIds() {
    return test::golden("tiny_models.json")["ids"].get<std::vector<std::int32_t>>();
}

/// Feeds ids in pieces and expects after each the logits of a pass over the whole text so far.
void expectSameAsWhole(const Model& model, const std::vector<std::int32_t>& ids, std::size_t first) {
    ModelDecoder decoder(model, std::ssize(ids), JobContext());
    std::size_t known = 0;
    for (std::size_t piece = first; known < ids.size(); piece = 1) {
        const auto logits = decoder.append(std::span(ids).subspan(known, piece), JobContext());
        known += piece;
        const std::vector<std::int32_t> so(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(known));
        const Matrix whole = test::logitsOf(model, so);
        for (Index i = 0; i < whole.cols(); ++i)
            ASSERT_NEAR(logits[static_cast<std::size_t>(i)], whole(whole.rows() - 1, i), 5e-5)
                << "after " << known << " tokens, token " << i;
    }
}

class DecoderOfEveryFamily : public testing::TestWithParam<const char*> {};

TEST_P(DecoderOfEveryFamily, EqualsThePassOverTheWholeText) {
    expectSameAsWhole(Model::open(test::tinyModel(GetParam())), someIds(), 9);
}

INSTANTIATE_TEST_SUITE_P(Tiny, DecoderOfEveryFamily,
                         testing::Values("llama3-rope", "mistral", "qwen3", "phi3", "mixtral", "gemma2", "gemma3",
                                         "gpt2", "opt", "gpt_neox"));

TEST(ModelDecoder, TurnsEverythingAnewWhereAnglesDependOnTheLength) {
    const test::TemporaryFolder folder;
    json config = json::parse(test::get(test::tinyModel("llama-linear-rope") / "config.json"));
    config["rope_scaling"] = {{"rope_type", "dynamic"}, {"factor", 4.0}};
    config["max_position_embeddings"] = 16;
    test::put(folder / "config.json", config.dump());
    test::put(folder / "model.safetensors", test::get(test::tinyModel("llama-linear-rope") / "model.safetensors"));
    expectSameAsWhole(Model::open(folder.path()), someIds(), 14);
}

TEST(ModelDecoder, TurnsEverythingAnewWhereATextOutgrowsTheFirstTraining) {
    const test::TemporaryFolder folder;
    json config = json::parse(test::get(test::tinyModel("phi3") / "config.json"));
    config["rope_scaling"] = {
        {"type", "longrope"}, {"short_factor", {1.0, 1.05, 1.2, 1.5}}, {"long_factor", {1.1, 2.0, 5.0, 9.0}}};
    config["original_max_position_embeddings"] = 16;
    test::put(folder / "config.json", config.dump());
    test::put(folder / "model.safetensors", test::get(test::tinyModel("phi3") / "model.safetensors"));
    expectSameAsWhole(Model::open(folder.path()), someIds(), 14);
}

TEST(ModelDecoder, WritesTheReferenceContinuationOfTwoTrainedModels) {
    VERNIER_NEEDS_SHARED();
    const auto references = json::parse(test::get(test::sharedFolder() / "reference" / "models.json"));
    for (const char* name : {"stories260K", "tinystories-llama-0.66M"}) {
        SCOPED_TRACE(name);
        const Model model = Model::open(test::sharedFolder() / "models" / name);
        ModelDecoder decoder(model, 128, JobContext());
        Sampler greedy({.temperature = 0});
        const auto prompt = references[name]["ids"].get<std::vector<std::int32_t>>();
        EXPECT_EQ(continueText(decoder, prompt, 32, {}, greedy, JobContext()),
                  references[name]["greedy"].get<std::vector<std::int32_t>>());
    }
}

TEST(ModelDecoder, BeginsAnewAndStopsWhereAsked) {
    const Model model = Model::open(test::tinyModel("qwen2"));
    ModelDecoder decoder(model, 64, JobContext());
    Sampler greedy({.temperature = 0});
    const std::vector<std::int32_t> prompt{3, 1, 4, 1, 5};
    const auto once = continueText(decoder, prompt, 20, {}, greedy, JobContext());
    EXPECT_EQ(once.size(), 20u);
    decoder.clear();
    EXPECT_EQ(continueText(decoder, prompt, 20, {}, greedy, JobContext()), once);
    decoder.clear();
    const auto stop = once[7];
    const auto first = std::find(once.begin(), once.end(), stop);
    EXPECT_EQ(continueText(decoder, prompt, 20, std::vector{stop}, greedy, JobContext()),
              std::vector(once.begin(), first + 1));
}

TEST(ModelDecoder, RefusesWhatDoesNotFitAndStopsWhenCancelled) {
    const Model model = Model::open(test::tinyModel("gpt2"));
    EXPECT_THROW(ModelDecoder(model, 65, JobContext()), Error); // 64 positions
    ModelDecoder decoder(model, 4, JobContext());
    EXPECT_THROW(decoder.append(std::vector<std::int32_t>{1, 2, 3, 4, 5}, JobContext()), Error);
    EXPECT_THROW(decoder.append({}, JobContext()), Error);
    EXPECT_THROW(decoder.append(std::vector<std::int32_t>{64}, JobContext()), Error);
    std::stop_source stop;
    stop.request_stop();
    const JobContext cancelled(stop.get_token(), {}, {});
    decoder.clear();
    EXPECT_THROW(decoder.append(std::vector<std::int32_t>{1}, cancelled), Error);
    EXPECT_THROW(ModelDecoder(model, 4, cancelled), Error);
}

} // namespace
} // namespace vernier
