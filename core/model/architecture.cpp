#include "core/model/architecture.h"

#include "core/base/error.h"
#include "core/base/json_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;

/// Reads keys of config.json with their ranges, so that nothing later trusts a foreign number.
class ConfigReader {
public:
    explicit ConfigReader(const std::filesystem::path& path) : m_path(path), m_config(readJson(path, 16u << 20)) {
        if (!m_config.is_object())
            throw Error(ErrorKind::Input, path.string(), "is not a JSON object", "name a Hugging Face model folder");
    }

    const json* find(const char* key) const {
        const auto found = m_config.find(key);
        return found == m_config.end() || found->is_null() ? nullptr : &*found;
    }

    std::int64_t whole(const char* key, std::int64_t low, std::int64_t high) const {
        const json* value = find(key);
        if (!value)
            fail(key, "is missing");
        if (!value->is_number_integer() || value->get<std::int64_t>() < low || value->get<std::int64_t>() > high)
            fail(key, fmt::format("is {}, not a whole number in {} … {}", value->dump(), low, high));
        return value->get<std::int64_t>();
    }
    std::int64_t whole(const char* key, std::int64_t low, std::int64_t high, std::int64_t fallback) const {
        return find(key) ? whole(key, low, high) : fallback;
    }
    double real(const char* key, double low, double high, double fallback) const {
        const json* value = find(key);
        if (!value)
            return fallback;
        if (!value->is_number() || !(value->get<double>() >= low && value->get<double>() <= high))
            fail(key, fmt::format("is {}, not a number in {} … {}", value->dump(), low, high));
        return value->get<double>();
    }
    bool flag(const char* key) const {
        const json* value = find(key);
        if (value && !value->is_boolean())
            fail(key, "is neither true nor false");
        return value && value->get<bool>();
    }
    std::string text(const char* key) const {
        const json* value = find(key);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }

    [[noreturn]] void fail(const std::string& key, const std::string& problem) const {
        throw Error(ErrorKind::Input, fmt::format("{}, {}", m_path.string(), key), problem,
                    "use the config.json that belongs to the weights");
    }
    [[noreturn]] void refuse(const std::string& key, const std::string& problem, const std::string& remedy) const {
        throw Error(ErrorKind::Unsupported, fmt::format("{}, {}", m_path.string(), key), problem, remedy);
    }

private:
    std::filesystem::path m_path;
    json m_config;
};

constexpr Index kSizeLimit = 1 << 20;

std::string namedArchitecture(const ConfigReader& config) {
    const json* list = config.find("architectures");
    return list && list->is_array() && !list->empty() && (*list)[0].is_string() ? (*list)[0].get<std::string>() : "";
}

void refuseUnknownFeatures(const ConfigReader& config) {
    const std::string architecture = namedArchitecture(config), type = config.text("model_type");
    if (type != "llama" || (!architecture.empty() && architecture != "LlamaForCausalLM"))
        config.refuse(architecture.empty() ? "model_type" : "architectures",
                      fmt::format("architecture {} is not known", architecture.empty() ? type : architecture),
                      "known is LlamaForCausalLM (model_type llama)");
    if (const std::string activation = config.text("hidden_act"); !activation.empty() && activation != "silu")
        config.refuse("hidden_act", fmt::format("activation {} is not known", activation), "known is silu");
    if (config.find("rope_scaling"))
        config.refuse("rope_scaling", "scaled rotary positions are not known", "known is unscaled RoPE");
    for (const char* bias : {"attention_bias", "mlp_bias"})
        if (config.flag(bias))
            config.refuse(bias, "linears with a bias are not known in this architecture", "known is false");
}

} // namespace

ArchitectureSpec ArchitectureSpec::load(const std::filesystem::path& folder) {
    const ConfigReader config(folder / "config.json");
    refuseUnknownFeatures(config);
    ArchitectureSpec spec;
    spec.modelType = config.text("model_type");
    spec.vocabularySize = config.whole("vocab_size", 1, 1 << 24);
    spec.hiddenSize = config.whole("hidden_size", 1, kSizeLimit);
    spec.intermediateSize = config.whole("intermediate_size", 1, kSizeLimit);
    spec.blocks = static_cast<int>(config.whole("num_hidden_layers", 1, 10000));
    spec.heads = static_cast<int>(config.whole("num_attention_heads", 1, kSizeLimit));
    spec.keyValueHeads = static_cast<int>(config.whole("num_key_value_heads", 1, kSizeLimit, spec.heads));
    if (spec.heads % spec.keyValueHeads != 0)
        config.fail("num_key_value_heads", "does not divide num_attention_heads");
    if (!config.find("head_dim") && spec.hiddenSize % spec.heads != 0)
        config.fail("num_attention_heads", "does not divide hidden_size");
    spec.headSize = config.whole("head_dim", 2, 4096, spec.hiddenSize / spec.heads);
    if (spec.headSize % 2 != 0)
        config.fail("head_dim", "is odd, which rotary positions cannot be");
    spec.maxPositions = static_cast<int>(config.whole("max_position_embeddings", 1, 1 << 24, 2048));
    spec.normEpsilon = static_cast<float>(config.real("rms_norm_eps", 0, 1, 1e-6));
    spec.ropeTheta = config.real("rope_theta", 1, 1e12, 10000.0);
    spec.tiedHead = config.flag("tie_word_embeddings");
    return spec;
}

std::vector<InputGroup> ArchitectureSpec::inputGroups(int) const {
    const Index queries = heads * headSize, keys = keyValueHeads * headSize;
    return {{{{"self_attn.q_proj", queries, hiddenSize},
              {"self_attn.k_proj", keys, hiddenSize},
              {"self_attn.v_proj", keys, hiddenSize}}},
            {{{"self_attn.o_proj", hiddenSize, queries}}},
            {{{"mlp.gate_proj", intermediateSize, hiddenSize}, {"mlp.up_proj", intermediateSize, hiddenSize}}},
            {{{"mlp.down_proj", hiddenSize, intermediateSize}}}};
}

std::vector<TapSpec> ArchitectureSpec::taps(int block) const {
    const auto groups = inputGroups(block);
    std::vector<TapSpec> taps;
    for (int g = 0; g < std::ssize(groups); ++g) {
        const InputGroup& group = groups[static_cast<std::size_t>(g)];
        taps.push_back({TapKind::LinearInput, linearName(block, group.linears.front().name) + ":input", group.in(), g,
                        group.expert});
    }
    for (int g = 0; g < std::ssize(groups); ++g)
        for (const LinearSpec& linear : groups[static_cast<std::size_t>(g)].linears)
            taps.push_back({TapKind::LinearOutput, linearName(block, linear.name) + ":output", linear.out, g,
                            groups[static_cast<std::size_t>(g)].expert});
    const Index cached = keyValueHeads * headSize;
    taps.push_back({TapKind::Key, linearName(block, "self_attn") + ":key", cached});
    taps.push_back({TapKind::Value, linearName(block, "self_attn") + ":value", cached});
    taps.push_back({TapKind::Residual, blockPrefix(block) + ":residual", hiddenSize});
    return taps;
}

std::string ArchitectureSpec::blockPrefix(int block) const {
    return fmt::format("model.layers.{}", block);
}

std::string ArchitectureSpec::linearName(int block, std::string_view linear) const {
    return fmt::format("model.layers.{}.{}", block, linear);
}

std::int64_t ArchitectureSpec::linears() const {
    std::int64_t count = 0;
    for (int block = 0; block < blocks; ++block)
        for (const InputGroup& group : inputGroups(block))
            count += std::ssize(group.linears);
    return count;
}

std::int64_t ArchitectureSpec::linearParameters() const {
    std::int64_t elements = 0;
    for (int block = 0; block < blocks; ++block)
        for (const InputGroup& group : inputGroups(block))
            for (const LinearSpec& linear : group.linears)
                elements += linear.out * linear.in;
    return elements;
}

} // namespace vernier
