#pragma once

#include "core/export/export_checkpoint.h"

namespace vernier {

/// Throws Error{Unsupported} or Error{Input} saying why a model's architecture or tokenizer cannot be written as GGUF.
void requireGgufModel(const Model& model);

/// Writes a run as model.gguf: metadata, tokenizer, linears as blocks of llama.cpp's legacy types with the run's codes
/// (ggmlTypeOf), norms and biases as F32, everything else in the checkpoint's own type; the rows of queries and keys of
/// the llama family in llama.cpp's order. Throws as requireExportable and requireGgufModel, before anything is written,
/// and Error{Io}. Progress counts blocks.
ExportSize writeGguf(const ExportFolder& folder, const ExportSource& source, JobContext& job);

} // namespace vernier
