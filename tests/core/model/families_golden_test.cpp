#include "tests/core/model/forward.h"
#include "tests/support/test_files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

class EveryFamily : public testing::TestWithParam<const char*> {};

TEST_P(EveryFamily, MeetsTheGoldenLogits) {
    const auto golden = test::golden("tiny_models.json");
    const Model model = Model::open(test::tinyModel(GetParam()));
    model.checkTensors();
    const Matrix logits = test::logitsOf(model, golden["ids"].get<std::vector<std::int32_t>>());
    for (const auto& [position, expected] : golden["models"][GetParam()].items())
        test::expectLogits(logits, std::stoi(position), expected);
}

INSTANTIATE_TEST_SUITE_P(Tiny, EveryFamily,
                         testing::Values("llama3-rope", "llama-linear-rope", "mistral", "qwen2", "qwen3", "phi3",
                                         "mixtral", "qwen3_moe", "gemma2", "gemma3", "gpt2", "opt", "gpt_neox"));

} // namespace
} // namespace vernier
