#include "tests/fuzz/fuzz_targets.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

namespace vernier::fuzz {
namespace {

/// Names a fuzz target and the folder of its corpus.
struct Replay {
    const char* corpus;
    void (*target)(std::string_view);
};

class FuzzCorpus : public testing::TestWithParam<Replay> {};

TEST_P(FuzzCorpus, IsReadOrRefused) {
    std::vector<std::filesystem::path> inputs;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(VERNIER_FUZZ_CORPUS) / GetParam().corpus))
        inputs.push_back(entry.path());
    ASSERT_GE(inputs.size(), 4u);
    std::sort(inputs.begin(), inputs.end());
    for (const auto& input : inputs)
        EXPECT_NO_THROW(GetParam().target(test::get(input))) << input;
}

TEST_P(FuzzCorpus, IsReadOrRefusedWhenCutOffAnywhere) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(VERNIER_FUZZ_CORPUS) / GetParam().corpus)) {
        const std::string input = test::get(entry.path());
        const std::size_t step = std::max<std::size_t>(1, input.size() / 50);
        for (std::size_t length = 0; length < input.size(); length += step)
            EXPECT_NO_THROW(GetParam().target(std::string_view(input).substr(0, length)))
                << entry.path() << " cut to " << length;
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus,
                         testing::Values(Replay{"jsonl_import", jsonlImport}, Replay{"table_import", tableImport},
                                         Replay{"packed_import", packedImport}, Replay{"tokenizer_json", tokenizerJson},
                                         Replay{"chat_template", chatTemplate}, Replay{"safetensors", safetensors},
                                         Replay{"sentencepiece", sentencePiece}, Replay{"gguf", gguf},
                                         Replay{"checkpoint", checkpoint}),
                         [](const auto& info) { return std::string(info.param.corpus); });

} // namespace
} // namespace vernier::fuzz
