#include "core/workbench/measure_documents.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/workbench/document_tokens.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

constexpr int kFormat = 1; // raised when the content of the artefact or the way it is computed changes

// A batch ends with its documents, or earlier with the hidden states it needs.
constexpr std::size_t kBatchDocuments = 512;
constexpr Index kBatchBytes = Index{256} << 20;

std::string hashOf(std::span<const TokenSpan> documents) {
    Sha256 hash;
    for (const TokenSpan& ids : documents) {
        const std::uint64_t length = ids.size();
        hash.update(std::as_bytes(std::span(&length, 1)));
        hash.update(std::as_bytes(ids));
    }
    return hash.finish();
}

/// What the model reads of each document.
std::vector<TokenSpan> heads(const DocumentTokens& tokens, const DocumentScoreOptions& options) {
    std::vector<TokenSpan> spans = tokens.spans();
    for (TokenSpan& ids : spans)
        ids = ids.first(std::min(ids.size(), static_cast<std::size_t>(options.mostTokens)));
    return spans;
}

nlohmann::json batchInputs(const Workbench::OpenModel& model, std::span<const TokenSpan> documents,
                           const DocumentScoreOptions& options) {
    return {{"kind", "document measures"},
            {"format", kFormat},
            {"model", model.fingerprint},
            {"documents", hashOf(documents)},
            {"most_tokens", options.mostTokens},
            {"perplexity", options.perplexity},
            {"precision", "float32"}};
}

/// Fills perplexity and embeddings of a batch whose other columns are known.
void score(Workbench& bench, const Workbench::OpenModel& model, std::span<const TokenSpan> documents,
           const DocumentScoreOptions& options, MeasuredDocuments& batch, JobContext& job) {
    const nlohmann::json inputs = batchInputs(model, documents, options);
    batch.embeddingSize = embeddingSize(model.model);
    const std::size_t numbers = documents.size() * static_cast<std::size_t>(batch.embeddingSize);
    const bool known = bench.cache.load(ArtefactCache::key(inputs), [&](const H5File& file) {
        batch.perplexity = file.readFloats("perplexity");
        batch.embeddings = file.readFloats("embeddings");
        if (batch.perplexity.size() != documents.size() || batch.embeddings.size() != numbers)
            throw Error(ErrorKind::Input, file.path().string(), "holds the measures of other documents");
    });
    if (known)
        return;
    DocumentScores scores = scoreDocuments(model.model, documents, options, job);
    batch.perplexity = std::move(scores.perplexity);
    const auto values = scores.embeddings.values();
    batch.embeddings.assign(values.begin(), values.end());
    bench.cache.save(inputs, [&](H5File& file) {
        file.write("perplexity", batch.perplexity);
        file.write("embeddings", batch.embeddings, {documents.size(), static_cast<std::uint64_t>(batch.embeddingSize)});
    });
}

/// End of the batch that begins at first: as many documents as hidden states have room for, one at least.
std::size_t batchEnd(std::span<const TokenSpan> documents, std::size_t first, const DocumentScoreOptions& options,
                     const Model& model) {
    const Index rowBytes = model.spec.hiddenSize * static_cast<Index>(sizeof(float));
    Index bytes = 0;
    std::size_t end = first;
    while (end < documents.size()) {
        bytes += paddedRows(documents.subspan(end, 1), options, model) * rowBytes;
        if (end > first && bytes > kBatchBytes)
            break;
        ++end;
    }
    return end;
}

void append(MeasuredDocuments& all, const MeasuredDocuments& batch) {
    all.embeddingSize = batch.embeddingSize;
    all.documents.insert(all.documents.end(), batch.documents.begin(), batch.documents.end());
    all.tokens.insert(all.tokens.end(), batch.tokens.begin(), batch.tokens.end());
    all.perplexity.insert(all.perplexity.end(), batch.perplexity.begin(), batch.perplexity.end());
    all.embeddings.insert(all.embeddings.end(), batch.embeddings.begin(), batch.embeddings.end());
}

} // namespace

MeasuredDocuments measureDocuments(Workbench& bench, const Project& project, std::span<const std::uint32_t> documents,
                                   const MeasureRequest& request, JobContext& job,
                                   const std::function<void(const MeasuredDocuments& batch)>& onBatch) {
    request.scores.validate();
    const auto model = bench.open(request.modelFolder, job);
    MeasuredDocuments all;
    all.embeddingSize = embeddingSize(model->model);
    std::size_t refused = 0;
    std::string firstRefusal;
    job.beginStage("measure documents", documents.size());
    for (std::size_t first = 0; first < documents.size(); first += kBatchDocuments) {
        const auto chunk = documents.subspan(first, std::min(kBatchDocuments, documents.size() - first));
        JobContext quiet = job.quiet(); // progress counts documents, not the blocks of each batch
        const DocumentTokens tokens = tokenizeDocuments(project.corpus, chunk, *model, quiet);
        if (!tokens.refused.empty() && firstRefusal.empty())
            firstRefusal = tokens.refused.front();
        refused += tokens.refused.size();
        const std::vector<TokenSpan> read = heads(tokens, request.scores);
        for (std::size_t begin = 0, end = 0; begin < read.size(); begin = end) {
            end = batchEnd(read, begin, request.scores, model->model);
            MeasuredDocuments batch;
            batch.documents.assign(chunk.begin() + static_cast<std::ptrdiff_t>(begin),
                                   chunk.begin() + static_cast<std::ptrdiff_t>(end));
            for (std::size_t i = begin; i < end; ++i)
                batch.tokens.push_back(static_cast<std::uint32_t>(tokens.ids[i].size()));
            score(bench, *model, std::span(read).subspan(begin, end - begin), request.scores, batch, quiet);
            append(all, batch);
            if (onBatch)
                onBatch(batch);
            job.advance(end - begin);
        }
    }
    if (refused > 0)
        job.log(fmt::format("{} documents were not measured; the first: {}", refused, firstRefusal));
    return all;
}

} // namespace vernier
