#include "core/evaluate/document_scores.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/calibrate/calibration_pass.h"
#include "core/model/block.h"
#include "core/model/head.h"
#include "core/tensor/gemm.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace vernier {

namespace {

using Documents = std::span<const std::span<const std::int32_t>>;

constexpr Index kLengthStep = 16; // documents are padded to a multiple of this
constexpr Index kRows = 256;      // logits of this many positions exist at once
constexpr std::uint64_t kProjectionSeed = 1;

/// Documents of one padded length, side by side in the hidden states.
struct LengthClass {
    Index length = 0, firstRow = 0;
    std::vector<std::size_t> documents;
    Index rows() const { return length * std::ssize(documents); }
};

Index readTokens(std::span<const std::int32_t> document, const DocumentScoreOptions& options, const Model& model) {
    return std::min({static_cast<Index>(document.size()), static_cast<Index>(options.mostTokens),
                     static_cast<Index>(model.spec.maxPositions)});
}

Index paddedLength(Index tokens, const Model& model) {
    return std::min((tokens + kLengthStep - 1) / kLengthStep * kLengthStep,
                    static_cast<Index>(model.spec.maxPositions));
}

std::vector<LengthClass> classify(Documents documents, const DocumentScoreOptions& options, const Model& model) {
    std::map<Index, LengthClass> byLength;
    for (std::size_t i = 0; i < documents.size(); ++i)
        if (const Index tokens = readTokens(documents[i], options, model); tokens > 0)
            byLength[paddedLength(tokens, model)].documents.push_back(i);
    std::vector<LengthClass> classes;
    Index row = 0;
    for (auto& [length, members] : byLength) {
        members.length = length;
        members.firstRow = row;
        row += members.rows();
        classes.push_back(std::move(members));
    }
    return classes;
}

Matrix embed(const Model& model, Documents documents, const std::vector<LengthClass>& classes,
             const DocumentScoreOptions& options) {
    Matrix hidden(classes.empty() ? 0 : classes.back().firstRow + classes.back().rows(), model.spec.hiddenSize);
    for (const LengthClass& members : classes) {
        std::vector<std::int32_t> padded;
        for (const std::size_t document : members.documents) {
            const auto ids =
                documents[document].first(static_cast<std::size_t>(readTokens(documents[document], options, model)));
            padded.insert(padded.end(), ids.begin(), ids.end());
            padded.resize(padded.size() + static_cast<std::size_t>(members.length) - ids.size(), ids.back());
        }
        model.embed(padded, members.length, hidden.view().rowRange(members.firstRow, std::ssize(padded)));
    }
    return hidden;
}

/// Projects rows on random signs where they are longer than an embedding.
Matrix shortened(Matrix rows) {
    if (rows.cols() <= kMostEmbedding)
        return rows;
    SeededRandom random(kProjectionSeed);
    Matrix signs(kMostEmbedding, rows.cols());
    const float unit = 1.0f / std::sqrt(static_cast<float>(kMostEmbedding));
    for (Index i = 0; i < signs.rows() * signs.cols(); ++i)
        signs.data()[i] = random.next() >> 63 ? unit : -unit;
    Matrix projected(rows.rows(), kMostEmbedding);
    multiplyTransposed(rows.view(), signs.view(), projected.view());
    return projected;
}

Matrix meanStates(const Matrix& hidden, Documents documents, const std::vector<LengthClass>& classes,
                  const DocumentScoreOptions& options, const Model& model) {
    Matrix means(std::ssize(documents), hidden.cols());
    for (const LengthClass& members : classes)
        parallelFor(std::ssize(members.documents), [&](Index i) {
            const std::size_t document = members.documents[static_cast<std::size_t>(i)];
            const Index tokens = readTokens(documents[document], options, model), skipped = tokens > 1 ? 1 : 0;
            std::vector<double> sum(static_cast<std::size_t>(hidden.cols()));
            for (Index token = skipped; token < tokens; ++token)
                for (Index channel = 0; channel < hidden.cols(); ++channel)
                    sum[static_cast<std::size_t>(channel)] +=
                        double{hidden(members.firstRow + i * members.length + token, channel)};
            for (Index channel = 0; channel < hidden.cols(); ++channel)
                means(static_cast<Index>(document), channel) =
                    static_cast<float>(sum[static_cast<std::size_t>(channel)] / static_cast<double>(tokens - skipped));
        });
    return means;
}

/// A position whose next token counts.
struct Prediction {
    Index row;
    std::size_t document;
    std::int32_t next;
};

std::vector<float> perplexities(const Model& model, const Matrix& hidden, Documents documents,
                                const std::vector<LengthClass>& classes, const DocumentScoreOptions& options,
                                const JobContext& job) {
    std::vector<Prediction> predictions;
    for (const LengthClass& members : classes)
        for (std::size_t i = 0; i < members.documents.size(); ++i) {
            const auto& ids = documents[members.documents[i]];
            const Index first = members.firstRow + static_cast<Index>(i) * members.length;
            for (Index token = 0; token + 1 < readTokens(ids, options, model); ++token)
                predictions.push_back({first + token, members.documents[i], ids[static_cast<std::size_t>(token + 1)]});
        }
    const Head head(model, Precision::F32, job);
    const Index vocabulary = head.vocabularySize();
    Matrix states(kRows, hidden.cols()), logits(kRows, vocabulary);
    std::vector<double> sums(documents.size()), losses(static_cast<std::size_t>(kRows));
    std::vector<std::uint64_t> counts(documents.size());
    for (std::size_t first = 0; first < predictions.size(); first += static_cast<std::size_t>(kRows)) {
        job.throwIfCancelled();
        const Index rows = std::min(kRows, static_cast<Index>(predictions.size() - first));
        for (Index i = 0; i < rows; ++i)
            std::copy_n(hidden.view().row(predictions[first + static_cast<std::size_t>(i)].row), hidden.cols(),
                        states.view().row(i));
        head.logits(states.view().rowRange(0, rows), logits.view().rowRange(0, rows));
        parallelFor(rows, [&](Index i) {
            const Prediction& prediction = predictions[first + static_cast<std::size_t>(i)];
            losses[static_cast<std::size_t>(i)] =
                logSumExp(logits.view().row(i), vocabulary) - double{logits(i, prediction.next)};
        });
        for (Index i = 0; i < rows; ++i) {
            const std::size_t document = predictions[first + static_cast<std::size_t>(i)].document;
            sums[document] += losses[static_cast<std::size_t>(i)];
            ++counts[document];
        }
    }
    std::vector<float> perplexity(documents.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < documents.size(); ++i)
        if (counts[i] > 0)
            perplexity[i] = static_cast<float>(std::exp(sums[i] / static_cast<double>(counts[i])));
    return perplexity;
}

} // namespace

void DocumentScoreOptions::validate() const {
    if (mostTokens < 2 || mostTokens > 1 << 20)
        throw Error(ErrorKind::Input, "tokens per document", fmt::format("{} is out of range", mostTokens),
                    "choose 2 to 1048576");
}

Index embeddingSize(const Model& model) {
    return std::min(model.spec.hiddenSize, kMostEmbedding);
}

Index paddedRows(Documents documents, const DocumentScoreOptions& options, const Model& model) {
    Index rows = 0;
    for (const auto& document : documents)
        rows += paddedLength(readTokens(document, options, model), model);
    return rows;
}

DocumentScores scoreDocuments(const Model& model, Documents documents, const DocumentScoreOptions& options,
                              JobContext& job) {
    options.validate();
    const int middle = (model.spec.blocks - 1) / 2, last = options.perplexity ? model.spec.blocks - 1 : middle;
    job.beginStage("measure documents", static_cast<std::uint64_t>(last) + 1);
    const std::vector<LengthClass> classes = classify(documents, options, model);
    Matrix hidden = embed(model, documents, classes, options);
    DocumentScores scores;
    for (int index = 0; index <= last; ++index) {
        job.throwIfCancelled();
        const Block block(model, index, {}, Precision::F32, job);
        for (const LengthClass& members : classes)
            block.forward(hidden.view().rowRange(members.firstRow, members.rows()), members.length, job);
        if (index == middle)
            scores.embeddings = shortened(meanStates(hidden, documents, classes, options, model));
        job.advance();
    }
    scores.perplexity = options.perplexity
                            ? perplexities(model, hidden, documents, classes, options, job)
                            : std::vector<float>(documents.size(), std::numeric_limits<float>::quiet_NaN());
    return scores;
}

} // namespace vernier
