#pragma once

#include "core/base/job.h"
#include "core/export/export_folder.h"

#include <filesystem>

namespace vernier {

/// Turns a GGUF file of the families that ggufFamilies lists into a Hugging Face folder without tokenizer: config.json
/// and safetensors, where tensors of F32, F16 and BF16 keep their type and blocks become F32, exactly what they say;
/// rows of queries and keys stand again as before. Rotary scalings linear and yarn keep their kind; the frequency
/// factors of rope_freqs.weight (Llama 3) become longrope with the same factors at every length, which turns by the
/// same angles. The folder is not yet published. Throws Error{Input} naming file and key or tensor, Error{Unsupported}
/// for other architectures, types and rotary scalings.
void unpackGguf(const std::filesystem::path& file, const ExportFolder& folder, JobContext& job);

} // namespace vernier
