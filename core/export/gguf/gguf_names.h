#pragma once

#include "core/model/architecture.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a family of models as llama.cpp knows it.
struct GgufFamily {
    std::string_view modelType;    ///< "mistral"
    std::string_view architecture; ///< "llama"
    bool permutesRows = false;     ///< rows of queries and keys stand as pairs that turn together (see ggufRow)
};

/// The family of a model type, or null.
const GgufFamily* ggufFamily(std::string_view modelType);
const GgufFamily* ggufFamilyOfArchitecture(std::string_view architecture);
std::vector<std::string> ggufFamilies();

/// llama.cpp's name for a tensor of the llama family's names ("blk.3.ffn_down.weight" for
/// "model.layers.3.mlp.down_proj.weight"), and back; nothing for names that are not known.
std::optional<std::string> ggufName(std::string_view name);
std::optional<std::string> nameFromGguf(std::string_view name);

/// Heads whose rows are permuted in a tensor of this name: those of queries or keys, 0 for other tensors.
int permutedHeads(std::string_view name, int heads, int keyValueHeads);

/// The row of the Hugging Face weight that stands as row `row` of a permuted one: inside each head of `rows / heads`
/// rows, row i of the lower half and row i of the upper half follow each other.
constexpr Index ggufRow(Index row, Index rows, Index heads) {
    const Index size = rows / heads, head = row / size, within = row % size;
    return head * size + within % 2 * (size / 2) + within / 2;
}

} // namespace vernier
