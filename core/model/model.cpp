#include "core/model/model.h"

#include "core/base/error.h"
#include "core/tensor/vector_math.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

Model Model::open(const std::filesystem::path& folder) {
    return {folder, ArchitectureSpec::load(folder), Checkpoint(folder)};
}

std::string Model::storedName(const std::string& name) const {
    const std::string& base = spec.names.base;
    const auto stored = [&](const std::string& wanted) {
        return !checkpoint.find(wanted) && wanted.starts_with(base) && checkpoint.find(wanted.substr(base.size()))
                   ? wanted.substr(base.size())
                   : wanted;
    };
    const std::string own = stored(name), embedding = spec.names.embedding + ".weight";
    if (spec.tiedHead && name == embedding && !checkpoint.find(own))
        return stored(spec.names.head + ".weight");
    return own;
}

Matrix Model::matrix(const std::string& name, Index rows, Index cols, const JobContext& job) const {
    return checkpoint.matrix(storedName(name), rows, cols, job);
}

std::vector<float> Model::vector(const std::string& name, Index n) const {
    return checkpoint.vector(storedName(name), n);
}

Matrix Model::linear(int block, const LinearSpec& linear, const JobContext& job) const {
    const std::string name = spec.linearName(block, linear.name) + ".weight";
    if (!linear.transposed)
        return matrix(name, linear.out, linear.in, job);
    const Matrix stored = matrix(name, linear.in, linear.out, job);
    Matrix weight(linear.out, linear.in);
    for (Index row = 0; row < linear.in; ++row)
        for (Index col = 0; col < linear.out; ++col)
            weight(col, row) = stored(row, col);
    return weight;
}

std::string Model::headName() const {
    return (spec.tiedHead ? spec.names.embedding : spec.names.head) + ".weight";
}

void Model::checkTensors() const {
    const auto check = [&](const std::vector<TensorSpec>& tensors) {
        for (const TensorSpec& tensor : tensors)
            checkpoint.require(storedName(tensor.name), tensor.shape);
    };
    check(spec.outerTensors());
    for (int block = 0; block < spec.blocks; ++block)
        check(spec.blockTensors(block));
}

namespace {

/// Reads single rows of a stored table [rows, hiddenSize].
class RowReader {
public:
    RowReader(const Model& model, const std::string& table, Index rows)
        : m_table(model.checkpoint.reader(model.storedName(table + ".weight"), {rows, model.spec.hiddenSize})),
          m_cols(static_cast<std::size_t>(model.spec.hiddenSize)) {}

    void read(Index row, float* out) const { m_table.read(row * static_cast<Index>(m_cols), {out, m_cols}); }

private:
    TensorReader m_table;
    std::size_t m_cols;
};

} // namespace

void Model::embed(std::span<const std::int32_t> ids, Index sequenceLength, MatrixView<float> hidden,
                  Index firstPosition) const {
    if (firstPosition + sequenceLength > spec.maxPositions)
        throw Error(ErrorKind::Input, "sequence length",
                    fmt::format("{} is more than the {} positions of the model", firstPosition + sequenceLength,
                                spec.maxPositions),
                    "choose a shorter one");
    const RowReader tokens(*this, spec.names.embedding, spec.vocabularySize);
    std::optional<RowReader> positions;
    if (!spec.names.positions.empty())
        positions.emplace(*this, spec.names.positions, spec.maxPositions + spec.positionOffset);
    std::vector<float> place(static_cast<std::size_t>(spec.hiddenSize));
    const auto scale = static_cast<float>(spec.embeddingScale);
    for (Index i = 0; i < std::ssize(ids); ++i) {
        const std::int32_t id = ids[static_cast<std::size_t>(i)];
        if (id < 0 || id >= spec.vocabularySize)
            throw Error(ErrorKind::Input, folder.string(),
                        fmt::format("token id {} is outside the vocabulary of {}", id, spec.vocabularySize),
                        "use the tokenizer that belongs to the model");
        tokens.read(id, hidden.row(i));
        if (scale != 1.0f)
            std::for_each_n(hidden.row(i), spec.hiddenSize, [&](float& value) { value *= scale; });
        if (positions) {
            positions->read(firstPosition + i % sequenceLength + spec.positionOffset, place.data());
            addTo(hidden.row(i), place.data(), spec.hiddenSize);
        }
    }
}

} // namespace vernier
