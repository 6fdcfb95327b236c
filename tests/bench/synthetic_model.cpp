#include "tests/bench/synthetic_model.h"

#include "tests/support/safetensors_writer.h"
#include "tests/support/test_files.h"

#include <cmath>
#include <random>

namespace vernier::bench {

void writeSyntheticModel(const std::filesystem::path& folder, const SyntheticShape& shape) {
    std::mt19937 engine(1);
    test::SafetensorsWriter writer;
    const auto add = [&](const std::string& name, Index rows, Index cols) {
        std::normal_distribution<float> normal(0.0f, 1.0f / std::sqrt(static_cast<float>(cols)));
        std::vector<float> values(static_cast<std::size_t>(rows * cols));
        for (float& value : values)
            value = normal(engine);
        writer.add(name, {rows, cols}, values);
    };
    const auto addOnes = [&](const std::string& name) {
        writer.add(name, {shape.hidden}, std::vector<float>(static_cast<std::size_t>(shape.hidden), 1.0f));
    };
    const Index keys = shape.hidden / shape.heads * shape.keyValueHeads;
    add("model.embed_tokens.weight", shape.vocabulary, shape.hidden);
    addOnes("model.norm.weight");
    for (int block = 0; block < shape.blocks; ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".";
        addOnes(prefix + "input_layernorm.weight");
        addOnes(prefix + "post_attention_layernorm.weight");
        add(prefix + "self_attn.q_proj.weight", shape.hidden, shape.hidden);
        add(prefix + "self_attn.k_proj.weight", keys, shape.hidden);
        add(prefix + "self_attn.v_proj.weight", keys, shape.hidden);
        add(prefix + "self_attn.o_proj.weight", shape.hidden, shape.hidden);
        add(prefix + "mlp.gate_proj.weight", shape.intermediate, shape.hidden);
        add(prefix + "mlp.up_proj.weight", shape.intermediate, shape.hidden);
        add(prefix + "mlp.down_proj.weight", shape.hidden, shape.intermediate);
    }
    test::put(folder / "model.safetensors", writer.bytes());
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
