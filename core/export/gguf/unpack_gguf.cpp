#include "core/export/gguf/unpack_gguf.h"

#include "core/base/error.h"
#include "core/export/gguf/gguf_file.h"
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
    if (file.value(prefix + "rope.scaling.type")) {
        const std::string type = file.text(prefix + "rope.scaling.type");
        if (type != "linear" && type != "none")
            throw Error(ErrorKind::Unsupported, file.path().string() + ", " + prefix + "rope.scaling.type",
                        type + " is not known", "linear is");
        if (type == "linear")
            config["rope_scaling"] = {{"rope_type", "linear"}, {"factor", file.real(prefix + "rope.scaling.factor")}};
    }
    if (file.find(kRotaryFactors))
        throw Error(ErrorKind::Unsupported, fmt::format("{}, {}", file.path().string(), kRotaryFactors),
                    "rotary frequencies of their own have no place in config.json", "use the original checkpoint");
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
        if (const auto name = nameFromGguf(tensor.name))
            headerBytes += SafetensorsWriter::headerBytesOf(*name);
        else
            throw Error(ErrorKind::Unsupported, fmt::format("{}, tensor {}", path.string(), tensor.name),
                        "has no counterpart", "use the original checkpoint");
    job.beginStage("unpacking", file.tensors().size());
    SafetensorsWriter writer(folder.path(), headerBytes);
    for (const GgufFile::Tensor& tensor : file.tensors()) {
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
            const std::int64_t rows = tensor.shape.front();
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
