#pragma once

#include "core/model/safetensors.h"
#include "core/tensor/matrix.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vernier {

/// Opens the weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json lists.
/// Immutable; tensors stay mapped as long as this object.
class Checkpoint {
public:
    /// Throws Error{Input} naming file, tensor and remedy: no weights, a shard missing, a tensor not where the index
    /// says.
    explicit Checkpoint(const std::filesystem::path& folder);

    /// The tensor, or null.
    const StoredTensor* find(std::string_view name) const;

    /// The tensor. Throws Error{Input} when it is missing or has another shape.
    const StoredTensor& require(std::string_view name, const std::vector<std::int64_t>& shape) const;

    /// The tensor as floats [rows, cols]. Throws as require() and TensorReader::read().
    Matrix matrix(std::string_view name, Index rows, Index cols, const JobContext& job = {}) const;
    /// A vector of n floats, as one row.
    std::vector<float> vector(std::string_view name, Index n) const;
    /// A reader of the tensor's elements. Throws as require().
    TensorReader reader(std::string_view name, const std::vector<std::int64_t>& shape) const;

    std::size_t shards() const { return m_files.size(); }
    std::uint64_t storedBytes() const; ///< of all tensors
    std::int64_t parameters() const;   ///< elements of all tensors
    std::vector<const StoredTensor*> tensors() const;

    /// The files the tensors lie in, in the order of their names.
    std::vector<std::filesystem::path> files() const;

private:
    std::filesystem::path m_folder;
    std::vector<SafetensorsFile> m_files;
    std::map<std::string, TensorReader, std::less<>> m_byName;
};

} // namespace vernier
