#include "tests/fuzz/fuzz_targets.h"

#include "core/export/read_checkpoint.h"
#include "core/model/model.h"
#include "tests/support/test_files.h"

#include <string>

namespace vernier::fuzz {

namespace {

// A model of one block; the quantization config stands behind it.
constexpr std::string_view kConfig =
    R"({"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":16,"hidden_size":32,)"
    R"("intermediate_size":64,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":16,)"
    R"("hidden_act":"silu","max_position_embeddings":64,"rms_norm_eps":1e-6,"rope_theta":10000.0,)"
    R"("quantization_config":)";

} // namespace

void checkpoint(std::string_view bytes) {
    static const test::TemporaryFolder folder;
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos)
        return;
    test::put(folder / "config.json", std::string(kConfig) + std::string(bytes.substr(0, line)) + "}");
    test::put(folder / "model.safetensors", bytes.substr(line + 1));
    toleratingErrors([&] {
        const Model model = Model::open(folder.path());
        const ModelChanges changes = storedChanges(model);
        if (changes.linears)
            for (const InputGroup& group : model.spec.inputGroups(0))
                for (const LinearSpec& linear : group.linears)
                    toleratingErrors([&] {
                        const auto weight = changes.linears(model.spec.linearName(0, linear.name));
                        require(!weight || (weight->rows() == linear.out && weight->cols() == linear.in),
                                "a weight has the shape that the architecture says");
                    });
        if (changes.rounding)
            changes.rounding(0);
    });
}

} // namespace vernier::fuzz
