#pragma once

#include "core/model/architecture.h"
#include "core/model/config_reader.h"

#include <span>

namespace vernier {

/// Is a family of models: how config.json calls it, and the function that reads its description.
struct Family {
    const char* architecture; ///< "LlamaForCausalLM"
    const char* modelType;    ///< "llama"
    ArchitectureSpec (*read)(const ConfigReader& config);
};

/// All families that are known.
std::span<const Family> knownFamilies();

ArchitectureSpec readLlama(const ConfigReader& config);
ArchitectureSpec readMistral(const ConfigReader& config);
ArchitectureSpec readMixtral(const ConfigReader& config);
ArchitectureSpec readQwen2(const ConfigReader& config);
ArchitectureSpec readQwen3(const ConfigReader& config);
ArchitectureSpec readQwen3Moe(const ConfigReader& config);
ArchitectureSpec readPhi3(const ConfigReader& config);
ArchitectureSpec readGemma2(const ConfigReader& config);
ArchitectureSpec readGemma3(const ConfigReader& config);
ArchitectureSpec readGpt2(const ConfigReader& config);
ArchitectureSpec readOpt(const ConfigReader& config);
ArchitectureSpec readGptNeox(const ConfigReader& config);

} // namespace vernier
