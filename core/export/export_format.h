#pragma once

#include "core/model/architecture.h"
#include "core/quantize/quantize_settings.h"

#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// Is what an exported model is written as.
enum class ExportFormat {
    FakeQuantized, ///< plain safetensors in the checkpoint's own type, weights rounded to what codes say
    Gptq,          ///< GPTQ's first layout (zero − 1), as AutoGPTQ, GPTQModel, transformers and vLLM read it
    GptqV2,        ///< the same with zero points as they are
    Awq,           ///< AutoAWQ's GEMM layout
    PackQuantized, ///< compressed-tensors, int4 or int8 weights
    IntQuantized,  ///< compressed-tensors, int8 weights and activations (W8A8)
    Gguf,          ///< one file for llama.cpp
};

std::string name(ExportFormat format);                    ///< "fake-quantized", "gptq", "gptq-v2", "awq", …
ExportFormat exportFormatFromName(std::string_view name); ///< throws Error{Input} listing the known names
std::vector<std::string> exportFormatNames();
std::string description(ExportFormat format); ///< one line

/// Is one linear of a run, as its settings say.
struct PlannedLinear {
    int block = 0;
    LinearSpec spec;
    std::string name;          ///< "model.layers.3.mlp.down_proj"
    LinearSettings settings{}; ///< with skip: stays in full precision
};

/// All linears of a model in order.
std::vector<PlannedLinear> plannedLinears(const ArchitectureSpec& spec, const QuantizeSettings& settings);

/// Throws Error{Unsupported} saying why a format cannot hold a run, and what to do, before anything is read or written:
/// number format, bits, groups, shapes, scales that 16 bits do not hold or that have nowhere to be folded into.
void requireExportable(const ArchitectureSpec& spec, const QuantizeSettings& settings, ExportFormat format);

} // namespace vernier
