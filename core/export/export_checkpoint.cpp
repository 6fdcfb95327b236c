#include "core/export/export_checkpoint.h"

#include "core/base/file.h"
#include "core/export/awq_layout.h"
#include "core/export/compressed_layout.h"
#include "core/export/fold_scales.h"
#include "core/export/gptq_layout.h"
#include "core/export/one_ahead.h"
#include "core/export/quantization_config.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 12> kCompanions = {"tokenizer.json",
                                                          "tokenizer.model",
                                                          "tokenizer_config.json",
                                                          "special_tokens_map.json",
                                                          "added_tokens.json",
                                                          "vocab.json",
                                                          "merges.txt",
                                                          "chat_template.jinja",
                                                          "chat_template.json",
                                                          "LICENSE",
                                                          "generation_config.json",
                                                          "LICENSE.txt"};
constexpr std::uint64_t kCompanionLimit = 256u << 20;
constexpr std::size_t kTensorsPerLinear = 5;
constexpr std::string_view kLongestSuffix = ".weight_zero_point";

/// Writes the tensors of one export.
class CheckpointExport {
public:
    CheckpointExport(const ExportSource& source, ExportFormat format, SafetensorsWriter& writer)
        : m_source(source), m_format(format), m_writer(writer) {}

    /// A tensor to be written: bytes of its own, or those of the original.
    struct Prepared {
        TensorBytes made{};
        const StoredTensor* original = nullptr;
    };

    std::vector<Prepared> prepareOuter(const std::set<std::string>& ofBlocks) const {
        std::vector<Prepared> prepared;
        for (const StoredTensor* tensor : m_source.model.checkpoint.tensors())
            if (!ofBlocks.contains(tensor->name))
                prepared.push_back({{}, tensor});
        return prepared;
    }

    std::vector<Prepared> prepareBlock(int index, const JobContext& job) const {
        std::vector<Prepared> prepared;
        const Model& model = m_source.model;
        const QuantizedBlock block = m_source.block(index);
        const bool folds = m_format != ExportFormat::FakeQuantized;
        const FoldedVectors folded = folds ? foldedVectors(model.spec, block) : FoldedVectors{};
        std::set<std::string> weights;
        const auto groups = model.spec.inputGroups(index);
        const BlockActivations activations = activationsOf(model.spec, m_source.settings, block);
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (const LinearSpec& linear : groups[g].linears) {
                const std::string name = model.spec.linearName(index, linear.name);
                const auto found = block.linears.find(name);
                if (found == block.linears.end())
                    continue;
                job.throwIfCancelled();
                const std::string stored = model.storedName(name + ".weight");
                weights.insert(stored);
                for (TensorBytes& tensor :
                     linearTensors(stored.substr(0, stored.size() - std::string_view(".weight").size()), found->second,
                                   linear.transposed, activations.inputs[g]))
                    prepared.push_back({std::move(tensor), nullptr});
            }
        for (const TensorSpec& tensor : model.spec.blockTensors(index)) {
            const std::string stored = model.storedName(tensor.name);
            if (weights.contains(stored))
                continue;
            const StoredTensor& original = model.checkpoint.require(stored, tensor.shape);
            if (const auto factors = folded.find(tensor.name); factors != folded.end())
                prepared.push_back(
                    {{stored, original.type, original.shape, dividedVector(model, tensor.name, factors->second).bytes},
                     nullptr});
            else
                prepared.push_back({{}, &original});
        }
        return prepared;
    }

    void write(const std::vector<Prepared>& tensors, const JobContext& job) {
        for (const Prepared& tensor : tensors)
            if (tensor.original)
                copy(*tensor.original, job);
            else
                m_writer.add(tensor.made);
    }

private:
    // Written straight from the mapping: a page that cannot be read is an error of the write, not a signal.
    void copy(const StoredTensor& tensor, const JobContext& job) {
        job.throwIfCancelled();
        m_writer.add(tensor.name, tensor.type, tensor.shape, tensor.bytes);
    }

    std::vector<TensorBytes> linearTensors(const std::string& module, const QuantizedLinear& linear,
                                           bool transposedWeight, const InputRounding& input) const {
        const DType scales = linear.scheme.scaleType == ScaleType::BF16 ? DType::BF16 : DType::F16;
        switch (m_format) {
        case ExportFormat::Gptq:
            requireGptqZeros(module, linear);
            return gptqTensors(module, linear, GptqVersion::V1);
        case ExportFormat::GptqV2:
            return gptqTensors(module, linear, GptqVersion::V2);
        case ExportFormat::Awq:
            return awqTensors(module, linear);
        case ExportFormat::PackQuantized:
            return packQuantizedTensors(module, linear, scales);
        case ExportFormat::IntQuantized:
            return intQuantizedTensors(module, linear, scales,
                                       m_source.settings.activations.isStatic()
                                           ? std::optional(static_cast<float>(input.range.scale))
                                           : std::nullopt);
        case ExportFormat::FakeQuantized:
        case ExportFormat::Gguf:
            break;
        }
        const StoredTensor& original = *m_source.model.checkpoint.find(module + ".weight");
        const Matrix weight = linear.dequantize();
        if (transposedWeight)
            return {{original.name, original.type, original.shape,
                     narrowed(transposed<float>(weight.values(), weight.rows(), weight.cols()), original.type)}};
        return {{original.name, original.type, original.shape, narrowed(weight.values(), original.type)}};
    }

    const ExportSource& m_source;
    ExportFormat m_format;
    SafetensorsWriter& m_writer;
};

std::uint64_t headerBytes(const Model& model, const QuantizeSettings& settings) {
    std::uint64_t bytes = 0;
    for (const StoredTensor* tensor : model.checkpoint.tensors())
        bytes += SafetensorsWriter::headerBytesOf(tensor->name);
    for (const PlannedLinear& linear : plannedLinears(model.spec, settings))
        bytes += kTensorsPerLinear * SafetensorsWriter::headerBytesOf(linear.name + std::string(kLongestSuffix));
    return bytes;
}

} // namespace

void copyCompanions(const ExportFolder& folder, const fs::path& modelFolder) {
    for (const std::string_view name : kCompanions) {
        std::error_code unreadable;
        if (fs::is_regular_file(modelFolder / name, unreadable))
            folder.write(name, readFile(modelFolder / name, kCompanionLimit));
    }
}

ExportSize writeCheckpoint(const ExportFolder& folder, const ExportSource& source, ExportFormat format, JobContext& job,
                           std::uint64_t shardBytes) {
    const Model& model = source.model;
    requireExportable(model.spec, source.settings, format);
    job.beginStage("exporting", static_cast<std::uint64_t>(model.spec.blocks) + 1);
    // What only the codes know is checked before anything is written.
    if (format == ExportFormat::Gptq &&
        std::ranges::any_of(plannedLinears(model.spec, source.settings), [](const PlannedLinear& linear) {
            return !linear.settings.skip && !linear.settings.scheme.symmetric;
        }))
        for (int block = 0; block < model.spec.blocks; ++block)
            for (const auto& [name, linear] : source.block(block).linears)
                requireGptqZeros(name, linear);

    std::set<std::string> ofBlocks;
    for (int block = 0; block < model.spec.blocks; ++block)
        for (const TensorSpec& tensor : model.spec.blockTensors(block))
            ofBlocks.insert(model.storedName(tensor.name));
    SafetensorsWriter writer(folder.path(), headerBytes(model, source.settings), shardBytes);
    CheckpointExport tensors(source, format, writer);
    oneAhead(
        model.spec.blocks + 1,
        [&](int part) { return part == 0 ? tensors.prepareOuter(ofBlocks) : tensors.prepareBlock(part - 1, job); },
        [&](const auto& prepared) {
            tensors.write(prepared, job);
            job.advance();
        });
    writer.finish();

    const auto original = nlohmann::ordered_json::parse(readFile(model.folder / "config.json", 16u << 20));
    folder.write("config.json", exportedConfig(original, model.spec, source.settings, format).dump(2) + "\n");
    if (format == ExportFormat::Gptq || format == ExportFormat::GptqV2)
        folder.write("quantize_config.json", quantizationConfig(model.spec, source.settings, format).dump(2) + "\n");
    copyCompanions(folder, model.folder);
    return {writer.dataBytes(), writer.shards()};
}

} // namespace vernier
