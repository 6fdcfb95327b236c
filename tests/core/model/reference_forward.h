#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace vernier::test {

/// Logits [ids][vocabulary] of a model folder in double precision, by plain loops that share nothing with the engine
/// but the reading of tensors. Knows what no published reference covers: Llama with biases, YaRN and dynamic scaling,
/// Qwen's upper sliding blocks, mixtures with dense blocks between, Phi-3 with partial rotary positions, OPT, GPT-NeoX.
std::vector<std::vector<double>> referenceLogits(const std::filesystem::path& folder,
                                                 const std::vector<std::int32_t>& ids);

} // namespace vernier::test
