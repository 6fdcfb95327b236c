#include "tests/bench/synthetic_model.h"

#include "tests/support/test_files.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier::bench {

namespace {

struct Tensor {
    std::string name;
    Index rows, cols; ///< rows 0: a vector of ones
    Index elements() const { return std::max<Index>(rows, 1) * cols; }
};

std::uint16_t upperHalf(float value) {
    return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

/// Elements from a table of normal numbers, at places a multiplicative generator picks: a billion take seconds.
std::vector<std::uint16_t> draw(const Tensor& tensor, std::mt19937_64& seeds) {
    std::vector<std::uint16_t> values(static_cast<std::size_t>(tensor.elements()), upperHalf(1.0f));
    if (tensor.rows == 0)
        return values;
    std::normal_distribution<float> normal(0.0f, 1.0f / std::sqrt(static_cast<float>(tensor.cols)));
    std::vector<std::uint16_t> table(4096);
    for (std::uint16_t& entry : table)
        entry = upperHalf(normal(seeds));
    std::uint64_t state = seeds() | 1;
    for (std::uint16_t& value : values) {
        state *= 6364136223846793005u;
        value = table[state >> 52];
    }
    return values;
}

void writeShard(const std::filesystem::path& path, const std::vector<Tensor>& tensors, std::mt19937_64& seeds) {
    nlohmann::json header;
    Index at = 0;
    for (const Tensor& tensor : tensors) {
        const auto shape = tensor.rows == 0 ? nlohmann::json{tensor.cols} : nlohmann::json{tensor.rows, tensor.cols};
        const Index end = at + tensor.elements() * 2;
        header[tensor.name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::ofstream file(path, std::ios::binary);
    file.exceptions(std::ios::badbit | std::ios::failbit);
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    file.write(reinterpret_cast<const char*>(&length), sizeof(length)).write(text.data(), std::ssize(text));
    for (const Tensor& tensor : tensors) {
        const auto values = draw(tensor, seeds);
        file.write(reinterpret_cast<const char*>(values.data()), std::ssize(values) * 2);
    }
}

std::vector<Tensor> blockTensors(const SyntheticShape& shape, int block) {
    const std::string prefix = fmt::format("model.layers.{}.", block);
    const Index keys = shape.hidden / shape.heads * shape.keyValueHeads;
    return {{prefix + "input_layernorm.weight", 0, shape.hidden},
            {prefix + "post_attention_layernorm.weight", 0, shape.hidden},
            {prefix + "self_attn.q_proj.weight", shape.hidden, shape.hidden},
            {prefix + "self_attn.k_proj.weight", keys, shape.hidden},
            {prefix + "self_attn.v_proj.weight", keys, shape.hidden},
            {prefix + "self_attn.o_proj.weight", shape.hidden, shape.hidden},
            {prefix + "mlp.gate_proj.weight", shape.intermediate, shape.hidden},
            {prefix + "mlp.up_proj.weight", shape.intermediate, shape.hidden},
            {prefix + "mlp.down_proj.weight", shape.hidden, shape.intermediate}};
}

} // namespace

void writeSyntheticModel(const std::filesystem::path& folder, const SyntheticShape& shape) {
    std::mt19937_64 seeds(1);
    nlohmann::json places;
    const auto add = [&](const std::string& file, const std::vector<Tensor>& tensors) {
        writeShard(folder / file, tensors, seeds);
        for (const Tensor& tensor : tensors)
            places[tensor.name] = file;
    };
    add("model-around.safetensors",
        {{"model.embed_tokens.weight", shape.vocabulary, shape.hidden}, {"model.norm.weight", 0, shape.hidden}});
    for (int block = 0; block < shape.blocks; ++block)
        add(fmt::format("model-block-{}.safetensors", block), blockTensors(shape, block));
    test::put(folder / "model.safetensors.index.json", nlohmann::json{{"weight_map", places}}.dump());
    test::put(folder / "config.json", nlohmann::json{{"architectures", {"LlamaForCausalLM"}},
                                                     {"model_type", "llama"},
                                                     {"vocab_size", shape.vocabulary},
                                                     {"hidden_size", shape.hidden},
                                                     {"intermediate_size", shape.intermediate},
                                                     {"num_hidden_layers", shape.blocks},
                                                     {"num_attention_heads", shape.heads},
                                                     {"num_key_value_heads", shape.keyValueHeads},
                                                     {"max_position_embeddings", 4096},
                                                     {"tie_word_embeddings", true}}
                                          .dump());
}

} // namespace vernier::bench
