#include "core/export/gguf/unpack_gguf.h"

#include "core/base/error.h"
#include "core/export/gguf/gguf_file.h"
#include "core/export/gguf/gguf_metadata.h"
#include "core/export/gguf/gguf_names.h"
#include "core/export/safetensors_writer.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr std::string_view kRotaryFactors = "rope_freqs.weight";

/// What rope_freqs.weight divides the frequencies by, as LongRoPE of the same factors at every length: the one form of
/// config.json that holds any factors. Those of Llama 3 give the same positions that way.
nlohmann::ordered_json frequencyFactorsOf(const GgufFile& file, const GgufFile::Tensor& tensor,
                                          const std::string& prefix, const nlohmann::ordered_json& positions) {
    constexpr float kSmallest = 1e-3f, kLargest = 1e6f; // what config.json may say
    const std::string place = fmt::format("{}, tensor {}", file.path().string(), tensor.name);
    const std::string sizeKey = prefix + "rope.dimension_count";
    if (file.value(sizeKey) && file.whole(sizeKey) / 2 != tensor.elements())
        throw Error(ErrorKind::Input, place,
                    fmt::format("holds {} factors where {} is {}", tensor.elements(), sizeKey, file.whole(sizeKey)),
                    "use a file of a whole model");
    const std::vector<float> factors = file.read(tensor);
    for (const float factor : factors)
        if (!(factor >= kSmallest && factor <= kLargest))
            throw Error(ErrorKind::Input, place,
                        fmt::format("holds {}, which is not between {} and {}", factor, kSmallest, kLargest),
                        "use the original checkpoint");
    return {{"rope_type", "longrope"}, {"factor", 1.0},
            {"attention_factor", 1.0}, {"original_max_position_embeddings", positions},
            {"short_factor", factors}, {"long_factor", factors}};
}

/// The object rope_scaling of config.json, empty when positions are not stretched.
nlohmann::ordered_json rotaryScalingOf(const GgufFile& file, const std::string& prefix,
                                       const nlohmann::ordered_json& positions) {
    const std::string typeKey = prefix + "rope.scaling.type";
    const std::string type = file.value(typeKey) ? file.text(typeKey) : "none";
    if (const GgufFile::Tensor* factors = file.find(kRotaryFactors)) {
        if (type != "none")
            throw Error(ErrorKind::Unsupported, file.path().string() + ", " + typeKey,
                        fmt::format("{} besides {} has no place in config.json", type, kRotaryFactors),
                        "use the original checkpoint");
        return frequencyFactorsOf(file, *factors, prefix, positions);
    }
    if (type == "none")
        return nlohmann::ordered_json::object();
    if (type != "linear" && type != "yarn")
        throw Error(ErrorKind::Unsupported, file.path().string() + ", " + typeKey, type + " is not known",
                    "linear and yarn are");
    nlohmann::ordered_json scaling = {{"rope_type", type}, {"factor", file.real(prefix + "rope.scaling.factor")}};
    if (type == "yarn") {
        const auto realOr = [&](const char* key, double usual) {
            return file.value(prefix + key) ? file.real(prefix + key) : usual;
        };
        scaling["original_max_position_embeddings"] = file.whole(prefix + "rope.scaling.original_context_length");
        scaling["beta_fast"] = realOr("rope.scaling.yarn_beta_fast", 32.0);
        scaling["beta_slow"] = realOr("rope.scaling.yarn_beta_slow", 1.0);
        scaling["attention_factor"] =
            realOr("rope.scaling.attn_factor", 1.0) * ggufYarnAttention(scaling["factor"].get<double>());
    }
    return scaling;
}

nlohmann::ordered_json configOf(const GgufFile& file, const GgufFamily& family) {
    const std::string prefix = std::string(family.architecture) + ".";
    const auto whole = [&](const char* key) { return file.whole(prefix + key); };
    nlohmann::ordered_json config = {
        {"architectures", {family.architecture == "llama" ? "LlamaForCausalLM" : "Qwen2ForCausalLM"}},
        {"model_type", family.architecture},
        {"vocab_size", 0},
        {"hidden_size", whole("embedding_length")},
        {"intermediate_size", whole("feed_forward_length")},
        {"num_hidden_layers", whole("block_count")},
        {"num_attention_heads", whole("attention.head_count")},
        {"num_key_value_heads", whole("attention.head_count_kv")},
        {"hidden_act", "silu"},
        {"max_position_embeddings", whole("context_length")},
        {"rms_norm_eps", file.real(prefix + "attention.layer_norm_rms_epsilon")},
        {"rope_theta", file.value(prefix + "rope.freq_base") ? file.real(prefix + "rope.freq_base") : 10000.0},
        {"tie_word_embeddings", file.find("output.weight") == nullptr},
        {"attention_bias", family.architecture == "llama" && file.find("blk.0.attn_q.bias") != nullptr},
        {"mlp_bias", file.find("blk.0.ffn_gate.bias") != nullptr}};
    if (file.value(prefix + "attention.key_length"))
        config["head_dim"] = whole("attention.key_length");
    const GgufFile::Tensor* embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2)
        throw Error(ErrorKind::Input, file.path().string(), "holds no token_embd.weight",
                    "use a file of a whole model");
    config["vocab_size"] = embedding->shape.front();
    if (const auto scaling = rotaryScalingOf(file, prefix, config["max_position_embeddings"]); !scaling.empty())
        config["rope_scaling"] = scaling;
    return config;
}

DType typeOf(const GgufFile::Tensor& tensor) {
    switch (static_cast<GgmlType>(tensor.type)) {
    case GgmlType::F16:
        return DType::F16;
    case GgmlType::BF16:
        return DType::BF16;
    default:
        return DType::F32;
    }
}

} // namespace

void unpackGguf(const std::filesystem::path& path, const ExportFolder& folder, JobContext& job) {
    const GgufFile file(path);
    const std::string architecture = file.text("general.architecture");
    const GgufFamily* family = ggufFamilyOfArchitecture(architecture);
    if (!family)
        throw Error(ErrorKind::Unsupported, path.string() + ", general.architecture", architecture + " is not known",
                    "llama and qwen2 are");
    const auto config = configOf(file, *family);
    const auto heads = config["num_attention_heads"].get<std::int64_t>(),
               keyValueHeads = config["num_key_value_heads"].get<std::int64_t>();
    if (heads < 1 || heads > 1 << 16 || keyValueHeads < 1 || keyValueHeads > heads)
        throw Error(ErrorKind::Input, path.string(), fmt::format("has {} heads, {} of keys", heads, keyValueHeads));
    std::uint64_t headerBytes = 0;
    for (const GgufFile::Tensor& tensor : file.tensors())
        if (tensor.name == kRotaryFactors)
            continue;
        else if (const auto name = nameFromGguf(tensor.name))
            headerBytes += SafetensorsWriter::headerBytesOf(*name);
        else
            throw Error(ErrorKind::Unsupported, fmt::format("{}, tensor {}", path.string(), tensor.name),
                        "has no counterpart", "use the original checkpoint");
    job.beginStage("unpacking", file.tensors().size());
    SafetensorsWriter writer(folder.path(), headerBytes);
    for (const GgufFile::Tensor& tensor : file.tensors()) {
        if (tensor.name == kRotaryFactors) { // stands in config.json
            job.advance();
            continue;
        }
        const std::string name = *nameFromGguf(tensor.name);
        const DType type = typeOf(tensor);
        std::vector<std::byte> bytes;
        if (type == DType::F32) {
            const auto values = file.read(tensor, job);
            bytes.resize(values.size() * sizeof(float));
            std::memcpy(bytes.data(), values.data(), bytes.size());
        } else {
            bytes = file.readBytes(tensor, job);
        }
        const int permuted =
            family->permutesRows ? permutedHeads(name, static_cast<int>(heads), static_cast<int>(keyValueHeads)) : 0;
        if (permuted) {
            const std::int64_t rows = tensor.shape.empty() ? 1 : tensor.shape.front();
            if (rows % (2 * permuted) != 0)
                throw Error(ErrorKind::Input, fmt::format("{}, tensor {}", path.string(), tensor.name),
                            fmt::format("its {} rows are no {} heads", rows, permuted));
            const std::size_t rowBytes = bytes.size() / static_cast<std::size_t>(rows);
            std::vector<std::byte> inOrder(bytes.size());
            for (std::int64_t row = 0; row < rows; ++row)
                std::memcpy(inOrder.data() + static_cast<std::size_t>(ggufRow(row, rows, permuted)) * rowBytes,
                            bytes.data() + static_cast<std::size_t>(row) * rowBytes, rowBytes);
            bytes = std::move(inOrder);
        }
        writer.add(name, type, tensor.shape, bytes);
        job.advance();
    }
    writer.finish();
    folder.write("config.json", config.dump(2) + "\n");
    folder.write(kRecipeFile, nlohmann::json{{"unpacked_from", path.filename().string()}}.dump(2) + "\n");
}

} // namespace vernier
