#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr const char* kEmbedding = "model.embed_tokens.weight";
constexpr const char* kHead = "lm_head.weight";

} // namespace

Model Model::open(const std::filesystem::path& folder) {
    return {folder, ArchitectureSpec::load(folder), Checkpoint(folder)};
}

std::string Model::fingerprint() const {
    return sha256(sha256(readFile(folder / "config.json", 16u << 20)) + checkpoint.contentHash());
}

Matrix Model::linear(int block, const LinearSpec& linear) const {
    return checkpoint.matrix(spec.linearName(block, linear.name) + ".weight", linear.out, linear.in);
}

const char* Model::embeddingName() const {
    // Of a tied pair, checkpoints store either name.
    return spec.tiedHead && !checkpoint.find(kEmbedding) ? kHead : kEmbedding;
}

const char* Model::headName() const {
    return spec.tiedHead ? embeddingName() : kHead;
}

void Model::embed(std::span<const std::int32_t> ids, MatrixView<float> hidden) const {
    const StoredTensor& table = checkpoint.require(embeddingName(), {spec.vocabularySize, spec.hiddenSize});
    const std::size_t rowBytes = static_cast<std::size_t>(spec.hiddenSize) * bytesPerElement(table.type);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] < 0 || ids[i] >= spec.vocabularySize)
            throw Error(ErrorKind::Input, folder.string(),
                        fmt::format("token id {} is outside the vocabulary of {}", ids[i], spec.vocabularySize),
                        "use the tokenizer that belongs to the model");
        widen(table.bytes.subspan(static_cast<std::size_t>(ids[i]) * rowBytes, rowBytes), table.type,
              {hidden.row(static_cast<Index>(i)), static_cast<std::size_t>(spec.hiddenSize)});
    }
}

} // namespace vernier
