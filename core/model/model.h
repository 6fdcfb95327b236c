#pragma once

#include "core/base/job.h"
#include "core/model/architecture.h"
#include "core/model/checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Is a model folder: its architecture and its mapped weights. Immutable.
struct Model {
    std::filesystem::path folder;
    ArchitectureSpec spec;
    Checkpoint checkpoint;

    /// Opens a Hugging Face model folder. Throws as ArchitectureSpec::load and Checkpoint do.
    static Model open(const std::filesystem::path& folder);

    /// The name under which the checkpoint stores a tensor of the architecture: some leave a common beginning away, and
    /// of a tied embedding and head they store either.
    std::string storedName(const std::string& name) const;

    /// A stored tensor by the architecture's name for it, checked as Checkpoint::matrix and vector do.
    Matrix matrix(const std::string& name, Index rows, Index cols, const JobContext& job = {}) const;
    std::vector<float> vector(const std::string& name, Index n) const;

    /// The stored weight [out, in] of a linear of a block. Throws Error{Input} when missing or of another shape.
    Matrix linear(int block, const LinearSpec& linear, const JobContext& job = {}) const;

    std::string headName() const; ///< the tensor of the head, the embedding's when tied

    /// Requires every tensor of the architecture with its shape, without reading any. Throws as Checkpoint::require.
    void checkTensors() const;

    /// What enters the first block, into hidden [ids, hiddenSize], for windows of sequenceLength ids, one after the
    /// other, each beginning at firstPosition. Throws Error{Input} for an id outside the vocabulary or windows longer
    /// than the model's positions.
    void embed(std::span<const std::int32_t> ids, Index sequenceLength, MatrixView<float> hidden,
               Index firstPosition = 0) const;
};

/// Gives a weight [out, in] that takes the place of a stored one, by the full name of the linear, or nothing to keep
/// it.
using LinearSource = std::function<std::optional<Matrix>(const std::string& name)>;

/// Gives a vector that takes the place of a stored one of a block (weight or bias of a norm, bias of a linear), by the
/// full name of the tensor, or nothing to keep it.
using VectorSource = std::function<std::optional<std::vector<float>>(const std::string& name)>;

} // namespace vernier
