#pragma once

#include "core/base/job.h"
#include "core/export/export_folder.h"
#include "core/export/export_format.h"
#include "core/export/safetensors_writer.h"
#include "core/model/model.h"
#include "core/quantize/quantize_model.h"

#include <cstdint>
#include <functional>

namespace vernier {

/// Is a run as exports see it.
struct ExportSource {
    const Model& model;
    const QuantizeSettings& settings;
    std::function<QuantizedBlock(int block)> block; ///< its blocks, asked for in order, some of them twice;
                                                    ///< by one thread at a time, not always the same
};

struct ExportSize {
    std::uint64_t bytes = 0; ///< of all tensors
    std::size_t files = 0;   ///< that hold them
};

/// Writes a run as a checkpoint folder in one of the safetensors formats: the tensors of its linears in the format's
/// layout, norms and biases in front of scaled linears divided, every other tensor as its stored bytes; config.json,
/// quantize_config.json for GPTQ, tokenizer and generation files. Two blocks are in memory at a time, one being written
/// while the next is asked for and packed on another thread. The folder is not yet published. Throws as
/// requireExportable, before anything is written, and Error{Io} naming the file when the disk is full. Progress counts
/// blocks.
ExportSize writeCheckpoint(const ExportFolder& folder, const ExportSource& source, ExportFormat format, JobContext& job,
                           std::uint64_t shardBytes = SafetensorsWriter::kShardBytes);

/// Copies the files that stand beside the weights, as far as there are any: tokenizer, chat template, generation
/// settings, licence.
void copyCompanions(const ExportFolder& folder, const std::filesystem::path& modelFolder);

} // namespace vernier
