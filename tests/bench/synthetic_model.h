#pragma once

#include "core/tensor/matrix.h"

#include <filesystem>

namespace vernier::bench {

/// Shape of a Llama checkpoint to be measured; the proportions of TinyLlama, with as many blocks and as large a
/// vocabulary as the measurement needs.
struct SyntheticShape {
    Index hidden = 2048;
    Index intermediate = 5632;
    int blocks = 1;
    int heads = 32;
    int keyValueHeads = 4;
    Index vocabulary = 1024;
};

/// Writes config.json and a checkpoint of that shape into a folder: BF16, a shard for what surrounds the blocks and one
/// for each block. The numbers are random, drawn from a normal distribution of variance 1 / in, as only time and memory
/// matter.
void writeSyntheticModel(const std::filesystem::path& folder, const SyntheticShape& shape);

} // namespace vernier::bench
