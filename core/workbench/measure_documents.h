#pragma once

#include "core/evaluate/document_scores.h"
#include "core/store/project.h"
#include "core/workbench/workbench.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace vernier {

/// Holds what a model says about documents, as columns.
struct MeasuredDocuments {
    std::vector<std::uint32_t> documents; ///< numbers in the corpus
    std::vector<std::uint32_t> tokens;    ///< of the whole document; 0 where the chat template refused it
    std::vector<float> perplexity;        ///< NaN where there is none
    Index embeddingSize = 0;
    std::vector<float> embeddings; ///< [documents, embeddingSize]

    MatrixView<const float> embeddingRows() const { return {embeddings.data(), std::ssize(documents), embeddingSize}; }
};

struct MeasureRequest {
    std::filesystem::path modelFolder;
    DocumentScoreOptions scores;
};

/// Measures documents with a model, in batches of neighbours that the cache keeps each: after a stop it goes on at the
/// next batch, and documents added behind others are measured alone. onBatch, when given, receives each batch as it is
/// known, on the calling thread. Conversations that the chat template refuses are told to the job's log.
MeasuredDocuments measureDocuments(Workbench& bench, const Project& project, std::span<const std::uint32_t> documents,
                                   const MeasureRequest& request, JobContext& job,
                                   const std::function<void(const MeasuredDocuments& batch)>& onBatch = {});

} // namespace vernier
