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

namespace vernier {

/// Is a model folder: its architecture and its mapped weights. Immutable.
struct Model {
    std::filesystem::path folder;
    ArchitectureSpec spec;
    Checkpoint checkpoint;

    /// Opens a Hugging Face model folder. Throws as ArchitectureSpec::load and Checkpoint do.
    static Model open(const std::filesystem::path& folder);

    /// SHA-256 over config.json and all weights; part of every cache key. Reads the whole checkpoint.
    std::string fingerprint() const;

    /// The stored weight [out, in] of a linear of a block. Throws Error{Input} when missing or of another shape.
    Matrix linear(int block, const LinearSpec& linear) const;

    const char* embeddingName() const; ///< the stored tensor of the embedding; a tied pair may be stored as the head
    const char* headName() const;      ///< the stored tensor of the head

    /// Rows of the embedding for ids, into hidden [ids, hiddenSize]. Throws Error{Input} for an id outside the
    /// vocabulary.
    void embed(std::span<const std::int32_t> ids, MatrixView<float> hidden) const;
};

/// Gives a weight [out, in] that takes the place of a stored one, by the full name of the linear, or nothing to keep
/// it.
using LinearSource = std::function<std::optional<Matrix>(const std::string& name)>;

} // namespace vernier
