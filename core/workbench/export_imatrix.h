#pragma once

#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <filesystem>

namespace vernier {

/// Writes a calibration as an importance matrix for `llama-quantize --imatrix`: GGUF, or the older binary list where
/// the file's name ends in .dat. Throws Error{Input} when the cache has lost a block or the model has changed, and as
/// writeImatrix does.
void exportImatrix(Workbench& bench, const CalibrationRecord& calibration, const std::filesystem::path& file,
                   JobContext& job);

/// Turns a GGUF file into a Hugging Face folder (see unpackGguf), with the tokenizer of another model folder unless
/// that is empty. The folder must not exist.
void unpackModel(const std::filesystem::path& file, const std::filesystem::path& folder,
                 const std::filesystem::path& tokenizerFolder, JobContext& job);

} // namespace vernier
