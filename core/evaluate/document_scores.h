#pragma once

#include "core/base/job.h"
#include "core/model/model.h"
#include "core/tensor/matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace vernier {

/// Says how documents are scored.
struct DocumentScoreOptions {
    int mostTokens = 512;   ///< tokens of each document that are read, the first ones
    bool perplexity = true; ///< false: only the blocks up to the middle one are run, for the embeddings

    void validate() const; ///< throws Error{Input} naming the field and the allowed range
};

/// Embeddings have at most so many numbers; those of wider models are projected on random signs drawn once and for all
/// (Achlioptas 2003), which keeps cosines to about ±0.06.
inline constexpr Index kMostEmbedding = 256;

/// Length of the embeddings that a model gives.
Index embeddingSize(const Model& model);

/// Holds what a model says about documents, each read alone.
struct DocumentScores {
    std::vector<float> perplexity; ///< exp of the mean negative log-likelihood of all tokens but the first; NaN where
                                   ///< there are none, or when it was not asked for
    Matrix embeddings; ///< [documents, embeddingSize()]: mean hidden state behind the middle block, over all tokens but
                       ///< the first, whose state is huge in most models and says nothing (Sun et al. 2024,
                       ///< arXiv 2402.17762); of a document of one token that one, of an empty one zeros
};

/// Rows of hidden states that scoring documents of such lengths takes, padding included.
Index paddedRows(std::span<const std::span<const std::int32_t>> documents, const DocumentScoreOptions& options,
                 const Model& model);

/// Scores documents given as token ids in one pass: those of similar length stand side by side, padded behind their
/// end, where causal attention does not look. Keeps hidden states for paddedRows() rows; of many documents give a batch
/// at a time. Progress counts blocks. Same numbers at any thread count. Throws Error{Input} for an id outside the
/// vocabulary, Cancelled when the job is stopped.
DocumentScores scoreDocuments(const Model& model, std::span<const std::span<const std::int32_t>> documents,
                              const DocumentScoreOptions& options, JobContext& job);

} // namespace vernier
