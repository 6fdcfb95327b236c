#include "core/model/families/family.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::array kFamilies{
    Family{"LlamaForCausalLM", "llama", readLlama},
    Family{"MistralForCausalLM", "mistral", readMistral},
    Family{"MixtralForCausalLM", "mixtral", readMixtral},
    Family{"Qwen2ForCausalLM", "qwen2", readQwen2},
    Family{"Qwen3ForCausalLM", "qwen3", readQwen3},
    Family{"Qwen3MoeForCausalLM", "qwen3_moe", readQwen3Moe},
    Family{"Phi3ForCausalLM", "phi3", readPhi3},
    Family{"Gemma2ForCausalLM", "gemma2", readGemma2},
    Family{"Gemma3ForCausalLM", "gemma3_text", readGemma3},
    Family{"GPT2LMHeadModel", "gpt2", readGpt2},
    Family{"OPTForCausalLM", "opt", readOpt},
    Family{"GPTNeoXForCausalLM", "gpt_neox", readGptNeox},
};

std::string namedArchitecture(const ConfigReader& config) {
    const auto* list = config.find("architectures");
    return list && list->is_array() && !list->empty() && (*list)[0].is_string() ? (*list)[0].get<std::string>() : "";
}

/// The family that config.json names: by the class of its weights if it says one, else by the type of model.
const Family& familyOf(const ConfigReader& config) {
    const std::string architecture = namedArchitecture(config), type = config.text("model_type");
    const bool byClass = !architecture.empty();
    const auto found = std::ranges::find_if(kFamilies, [&](const Family& family) {
        return byClass ? family.architecture == architecture && (type.empty() || family.modelType == type)
                       : family.modelType == type;
    });
    if (found != kFamilies.end())
        return *found;
    std::string known;
    for (const Family& family : kFamilies)
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", family.architecture, family.modelType);
    config.refuse(byClass ? "architectures" : "model_type",
                  byClass ? fmt::format("architecture {} of type \"{}\" is not known", architecture, type)
                          : fmt::format("type \"{}\" is not known", type),
                  fmt::format("known are {}", known));
}

} // namespace

std::span<const Family> knownFamilies() {
    return kFamilies;
}

ArchitectureSpec ArchitectureSpec::load(const std::filesystem::path& folder) {
    const ConfigReader config(folder / "config.json");
    const Family& family = familyOf(config);
    ArchitectureSpec spec = family.read(config);
    spec.modelType = family.modelType;
    return spec;
}

} // namespace vernier
