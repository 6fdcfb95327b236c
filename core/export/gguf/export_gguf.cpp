#include "core/export/gguf/export_gguf.h"

#include "core/base/error.h"
#include "core/export/fold_scales.h"
#include "core/export/gguf/gguf_metadata.h"
#include "core/export/gguf/gguf_tokenizer.h"
#include "core/export/gguf/gguf_writer.h"
#include "core/export/one_ahead.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <cstring>
#include <map>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr std::string_view kRotaryFactors = "rope_freqs.weight";

/// Is where a tensor of the file comes from.
struct Planned {
    GgufTensor tensor;
    std::string name;                      ///< the architecture's
    const PlannedLinear* linear = nullptr; ///< of quantized ones
};

/// Writes the tensors of one model; each comes from the checkpoint or from the codes of its block.
class GgufExport {
public:
    GgufExport(const ExportSource& source, const GgufFamily& family)
        : m_source(source), m_spec(source.model.spec), m_family(family),
          m_linears(plannedLinears(m_spec, source.settings)), m_factors(ggufRotaryFactors(m_spec)) {
        for (const PlannedLinear& linear : m_linears)
            if (!linear.settings.skip)
                m_quantized.emplace(linear.name + ".weight", &linear);
        for (const TensorSpec& tensor : m_spec.outerTensors())
            plan(tensor);
        if (!m_factors.empty())
            m_plan.push_back({{std::string(kRotaryFactors), GgmlType::F32, {std::ssize(m_factors)}}, {}, nullptr});
        m_outer = m_plan.size();
        for (int block = 0; block < m_spec.blocks; ++block) {
            for (const TensorSpec& tensor : m_spec.blockTensors(block))
                plan(tensor);
            m_ends.push_back(m_plan.size());
        }
    }

    std::vector<GgufTensor> tensors() const {
        std::vector<GgufTensor> list;
        for (const Planned& planned : m_plan)
            list.push_back(planned.tensor);
        return list;
    }

    void write(GgufWriter& writer, JobContext& job) const {
        oneAhead(
            m_spec.blocks + 1, [&](int part) { return part == 0 ? prepareOuter(job) : prepareBlock(part - 1, job); },
            [&](const std::vector<Data>& part) {
                for (const Data& data : part) {
                    job.throwIfCancelled();
                    writer.append(data.bytes);
                }
                job.advance();
            });
    }

private:
    // What a tensor holds, in memory of its own or the checkpoint's.
    struct Data {
        std::vector<std::byte> own{};
        std::span<const std::byte> bytes{};

        explicit Data(std::vector<std::byte> made) : own(std::move(made)), bytes(own) {}
        explicit Data(std::span<const std::byte> others) : bytes(others) {}
        Data(Data&&) = default; // a copy would refer to what it was copied from
    };

    std::vector<Data> prepareOuter(const JobContext& job) const {
        std::vector<Data> prepared;
        for (std::size_t i = 0; i < m_outer; ++i)
            prepared.push_back(stored(m_plan[i], {}, job));
        return prepared;
    }

    std::vector<Data> prepareBlock(int index, const JobContext& job) const {
        const QuantizedBlock block = m_source.block(index);
        const FoldedVectors folded = foldedVectors(m_spec, block);
        std::vector<Data> prepared;
        for (auto i = index == 0 ? m_outer : m_ends[static_cast<std::size_t>(index) - 1];
             i < m_ends[static_cast<std::size_t>(index)]; ++i) {
            job.throwIfCancelled();
            prepared.push_back(m_plan[i].linear ? packed(m_plan[i], block.linears.at(m_plan[i].linear->name))
                                                : stored(m_plan[i], folded, job));
        }
        return prepared;
    }

    void plan(const TensorSpec& tensor) {
        const auto name = ggufName(tensor.name);
        if (!name)
            throw Error(ErrorKind::Unsupported, tensor.name, "has no name in llama.cpp's graph of the family",
                        "export in another format");
        const auto found = m_quantized.find(tensor.name);
        const PlannedLinear* linear = found == m_quantized.end() ? nullptr : found->second;
        const StoredTensor& stored =
            m_source.model.checkpoint.require(m_source.model.storedName(tensor.name), tensor.shape);
        GgmlType type = tensor.shape.size() < 2 ? GgmlType::F32 : ggmlTypeOf(stored.type);
        if (linear)
            type = ggmlTypeOf(linear->settings.scheme, linear->spec.in).value();
        m_plan.push_back({{*name, type, tensor.shape}, tensor.name, linear});
    }

    Index rowOf(const Planned& planned, Index row) const {
        const int heads = m_family.permutesRows ? permutedHeads(planned.name, m_spec.heads, m_spec.keyValueHeads) : 0;
        return heads ? ggufRow(row, planned.tensor.shape.front(), heads) : row;
    }

    Data stored(const Planned& planned, const FoldedVectors& folded, const JobContext& job) const {
        if (planned.name.empty())
            return Data(std::as_bytes(std::span(m_factors)));
        const Model& model = m_source.model;
        const TensorReader reader = model.checkpoint.reader(model.storedName(planned.name), planned.tensor.shape);
        if (planned.tensor.shape.size() < 2) {
            std::vector<float> original(static_cast<std::size_t>(reader.tensor().elements()));
            std::vector<std::byte> bytes(original.size() * sizeof(float));
            const auto factors = folded.find(planned.name);
            if (factors != folded.end())
                original = dividedVector(model, planned.name, factors->second).values();
            else
                reader.read(0, original, job);
            for (std::size_t i = 0; i < original.size(); ++i)
                std::memcpy(bytes.data() + i * sizeof(float),
                            &original[static_cast<std::size_t>(rowOf(planned, static_cast<Index>(i)))], sizeof(float));
            return Data(std::move(bytes));
        }
        const Index rows = planned.tensor.shape.front();
        const std::size_t rowBytes = reader.tensor().bytes.size() / static_cast<std::size_t>(rows);
        if (rowOf(planned, 1 % rows) == 1 % rows) // straight from the mapping, see writeCheckpoint
            return Data(reader.tensor().bytes);
        std::vector<std::byte> permuted(reader.tensor().bytes.size());
        for (Index row = 0; row < rows; ++row)
            reader.readBytes(static_cast<std::uint64_t>(rowOf(planned, row)) * rowBytes,
                             std::span(permuted).subspan(static_cast<std::size_t>(row) * rowBytes, rowBytes), job);
        return Data(std::move(permuted));
    }

    Data packed(const Planned& planned, const QuantizedLinear& linear) const {
        std::vector<std::byte> blocks(planned.tensor.bytes());
        const std::size_t rowBytes = blocks.size() / static_cast<std::size_t>(linear.out);
        parallelFor(linear.out, [&](Index row) {
            packBlocks(linear, rowOf(planned, row), planned.tensor.type, planned.linear->name,
                       std::span(blocks).subspan(static_cast<std::size_t>(row) * rowBytes, rowBytes));
        });
        return Data(std::move(blocks));
    }

    const ExportSource& m_source;
    const ArchitectureSpec& m_spec;
    const GgufFamily& m_family;
    std::vector<PlannedLinear> m_linears;
    std::vector<float> m_factors;
    std::map<std::string, const PlannedLinear*> m_quantized;
    std::vector<Planned> m_plan;
    std::size_t m_outer = 0;
    std::vector<std::size_t> m_ends; ///< of blocks in m_plan
};

/// The type that most of the bytes are.
std::uint32_t fileTypeOf(const std::vector<GgufTensor>& tensors) {
    std::map<GgmlType, std::size_t> count;
    for (const GgufTensor& tensor : tensors)
        if (tensor.shape.size() > 1)
            ++count[tensor.type];
    const auto most = std::ranges::max_element(count, {}, [](const auto& entry) { return entry.second; });
    return ggmlTypeFacts(most->first).fileType;
}

} // namespace

void requireGgufModel(const Model& model) {
    requireGgufFamily(model.spec);
    ggufTokenizer(model.folder, model.spec.vocabularySize);
}

ExportSize writeGguf(const ExportFolder& folder, const ExportSource& source, JobContext& job) {
    const Model& model = source.model;
    requireExportable(model.spec, source.settings, ExportFormat::Gguf);
    const GgufFamily& family = requireGgufFamily(model.spec);
    job.beginStage("exporting", static_cast<std::uint64_t>(model.spec.blocks) + 1);
    const GgufExport exported(source, family);
    const std::vector<GgufTensor> tensors = exported.tensors();
    GgufMetadata metadata = {{"general.architecture", std::string(family.architecture)},
                             {"general.type", std::string("model")},
                             {"general.name", model.folder.filename().string()},
                             {"general.quantized_by", std::string("Vernier " VERNIER_VERSION)},
                             {"general.quantization_version", std::uint32_t{2}},
                             {"general.file_type", fileTypeOf(tensors)}};
    for (auto&& part : {ggufArchitecture(model.spec, family), ggufTokenizer(model.folder, model.spec.vocabularySize)})
        metadata.insert(metadata.end(), part.begin(), part.end());
    GgufWriter writer(folder.path() / "model.gguf", metadata, tensors);
    exported.write(writer, job);
    writer.finish();
    copyCompanions(folder, model.folder); // what is read back wants a tokenizer beside it
    return {writer.dataBytes(), 1};
}

} // namespace vernier
