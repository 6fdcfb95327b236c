#include "core/export/gguf/gguf_names.h"

#include <algorithm>
#include <array>

namespace vernier {

namespace {

constexpr std::array<GgufFamily, 3> kFamilies = {{
    {"llama", "llama", true},
    {"mistral", "llama", true},
    {"qwen2", "qwen2", false},
}};

struct NamePair {
    std::string_view name, gguf;
};
constexpr std::array<NamePair, 3> kOuter = {{
    {"model.embed_tokens", "token_embd"},
    {"model.norm", "output_norm"},
    {"lm_head", "output"},
}};
constexpr std::array<NamePair, 9> kInner = {{
    {"input_layernorm", "attn_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.o_proj", "attn_output"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
}};
constexpr std::string_view kBlocks = "model.layers.", kGgufBlocks = "blk.";

/// Translates "PREFIX N . MODULE . weight|bias" or "MODULE . weight|bias" by a member of the pairs to the other.
std::optional<std::string> translate(std::string_view name, std::string_view NamePair::*from,
                                     std::string_view NamePair::*to, std::string_view prefix,
                                     std::string_view newPrefix) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    std::string_view module = name.substr(0, dot), kind = name.substr(dot);
    if (kind != ".weight" && kind != ".bias")
        return std::nullopt;
    const auto find = [&](const auto& pairs) -> std::optional<std::string> {
        const auto found = std::ranges::find(pairs, module, from);
        return found == pairs.end() ? std::nullopt : std::optional(std::string((*found).*to));
    };
    if (!module.starts_with(prefix)) {
        const auto outer = find(kOuter);
        return outer ? std::optional(*outer + std::string(kind)) : std::nullopt;
    }
    module.remove_prefix(prefix.size());
    const auto end = module.find('.');
    const std::string_view number = module.substr(0, end);
    if (end == std::string_view::npos || number.empty() ||
        number.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    module.remove_prefix(end + 1);
    const auto inner = find(kInner);
    if (!inner)
        return std::nullopt;
    return std::string(newPrefix) + std::string(number) + "." + *inner + std::string(kind);
}

} // namespace

const GgufFamily* ggufFamily(std::string_view modelType) {
    const auto found = std::ranges::find(kFamilies, modelType, &GgufFamily::modelType);
    return found == kFamilies.end() ? nullptr : &*found;
}

const GgufFamily* ggufFamilyOfArchitecture(std::string_view architecture) {
    const auto found = std::ranges::find(kFamilies, architecture, &GgufFamily::architecture);
    return found == kFamilies.end() ? nullptr : &*found;
}

std::vector<std::string> ggufFamilies() {
    std::vector<std::string> names;
    for (const GgufFamily& family : kFamilies)
        names.emplace_back(family.modelType);
    return names;
}

std::optional<std::string> ggufName(std::string_view name) {
    return translate(name, &NamePair::name, &NamePair::gguf, kBlocks, kGgufBlocks);
}

std::optional<std::string> nameFromGguf(std::string_view name) {
    return translate(name, &NamePair::gguf, &NamePair::name, kGgufBlocks, kBlocks);
}

int permutedHeads(std::string_view name, int heads, int keyValueHeads) {
    const auto is = [&](std::string_view module) { return name.find(module) != std::string_view::npos; };
    return is("self_attn.q_proj.") ? heads : is("self_attn.k_proj.") ? keyValueHeads : 0;
}

} // namespace vernier
