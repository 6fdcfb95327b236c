#pragma once

#include "core/tensor/matrix.h"

#include <filesystem>

namespace vernier::bench {

/// Shape of a Llama checkpoint to be measured; numbers are random, as only the time matters.
struct SyntheticShape {
    Index hidden = 1024;
    Index intermediate = 2816;
    int blocks = 1;
    int heads = 16;
    int keyValueHeads = 4;
    Index vocabulary = 1024;
};

/// Writes config.json and model.safetensors (F32) of that shape into a folder.
void writeSyntheticModel(const std::filesystem::path& folder, const SyntheticShape& shape);

} // namespace vernier::bench
