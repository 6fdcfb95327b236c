#include "core/evaluate/evaluation.h"

#include "core/base/error.h"
#include "core/model/block.h"
#include "core/model/head.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace {

// Logits of this many positions exist at once: 256 rows of a vocabulary of 150,000 are 150 MB.
constexpr Index kRows = 256;

struct Sums {
    double nll = 0, referenceNll = 0, kl = 0, agreed = 0;
};

Index argmax(const float* x, Index n) {
    return std::max_element(x, x + n) - x;
}

/// KL(P ‖ Q) in nats from two rows of logits and their logarithms of sums.
double divergence(const float* p, double logSumP, const float* q, double logSumQ, Index n) {
    double sum = 0;
    for (Index i = 0; i < n; ++i) {
        const double logP = double{p[i]} - logSumP;
        if (logP > -40) // e^-40 adds nothing to a sum of double precision
            sum += std::exp(logP) * (logP - (double{q[i]} - logSumQ));
    }
    return std::max(0.0, sum);
}

/// Whether the token behind a position stands in the same window and is no padding.
bool predicts(const TokenWindows& windows, Index token) {
    return token % windows.sequenceLength + 1 < windows.validLength(token / windows.sequenceLength);
}

std::int64_t predictions(const TokenWindows& windows) {
    std::int64_t count = 0;
    for (std::int64_t window = 0; window < windows.count(); ++window)
        count += std::max(windows.validLength(window) - 1, 0);
    return count;
}

} // namespace

HiddenStates finalHidden(const Model& model, const TokenWindows& windows, const LinearSource& replaced,
                         HiddenPlace place, JobContext& job, Precision precision) {
    requirePositions(model, windows);
    job.beginStage("forward", static_cast<std::uint64_t>(model.spec.blocks));
    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength, std::move(place));
    embedWindows(model, windows, hidden, job);
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        forwardBlock(Block(model, index, replaced, precision, job), windows.sequenceLength, hidden, job);
        job.advance();
    }
    return hidden;
}

Evaluation score(const Model& model, const TokenWindows& windows, const HiddenStates& hidden,
                 const HiddenStates* reference, JobContext& job, Precision precision) {
    const std::int64_t scored = predictions(windows);
    if (scored == 0)
        throw Error(ErrorKind::Input, "evaluation text", "no window has two tokens of which one predicts the other",
                    "score longer documents");
    const Head head(model, precision, job);
    const Index vocabulary = head.vocabularySize(), length = windows.sequenceLength, tokens = hidden.shape().tokens;
    job.beginStage("score", static_cast<std::uint64_t>(windows.count()));
    Matrix logits(std::min(kRows, tokens), vocabulary), expected(reference ? logits.rows() : 0, vocabulary);
    std::vector<Sums> perRow(static_cast<std::size_t>(logits.rows()));
    Sums total;
    std::uint64_t reported = 0;
    const auto scoreRows = [&](Index first, MatrixView<const float> states, MatrixView<const float> referenceStates) {
        const Index rows = states.rows;
        head.logits(states, logits.view().rowRange(0, rows));
        if (reference)
            head.logits(referenceStates, expected.view().rowRange(0, rows));
        parallelFor(rows, [&](Index row) {
            Sums& sums = perRow[static_cast<std::size_t>(row)] = {};
            const Index token = first + row;
            if (!predicts(windows, token))
                return;
            const auto next = static_cast<Index>(windows.ids[static_cast<std::size_t>(token + 1)]);
            const float* mine = logits.view().row(row);
            const double logSum = logSumExp(mine, vocabulary);
            sums.nll = logSum - double{mine[next]};
            if (!reference)
                return;
            const float* theirs = expected.view().row(row);
            const double theirLogSum = logSumExp(theirs, vocabulary);
            sums.referenceNll = theirLogSum - double{theirs[next]};
            sums.kl = divergence(theirs, theirLogSum, mine, logSum, vocabulary);
            sums.agreed = argmax(mine, vocabulary) == argmax(theirs, vocabulary) ? 1 : 0;
        });
        for (Index row = 0; row < rows; ++row) {
            const Sums& sums = perRow[static_cast<std::size_t>(row)];
            total.nll += sums.nll, total.referenceNll += sums.referenceNll;
            total.kl += sums.kl, total.agreed += sums.agreed;
        }
        const auto done = static_cast<std::uint64_t>((first + rows) / length);
        job.advance(done - reported);
        reported = done;
    };
    Matrix buffer, referenceBuffer;
    for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
        const auto states = hidden.read(chunk, buffer);
        const auto referenceStates = reference ? reference->read(chunk, referenceBuffer) : states;
        for (Index at = 0; at < states.rows; at += kRows) {
            job.throwIfCancelled();
            const Index rows = std::min(kRows, states.rows - at);
            scoreRows(hidden.shape().firstToken(chunk) + at, states.rowRange(at, rows),
                      referenceStates.rowRange(at, rows));
        }
    }

    Evaluation evaluation;
    evaluation.sequenceLength = windows.sequenceLength;
    evaluation.windows = windows.count();
    evaluation.scoredTokens = scored;
    const auto count = static_cast<double>(evaluation.scoredTokens);
    evaluation.perplexity = std::exp(total.nll / count);
    if (reference) {
        evaluation.referencePerplexity = std::exp(total.referenceNll / count);
        evaluation.kl = total.kl / count;
        evaluation.top1 = total.agreed / count;
    }
    evaluation.protocol = fmt::format("non-overlapping windows of {} tokens, positions 1 to {} predicted, exp of the "
                                      "mean negative log-likelihood",
                                      length, length - 1);
    if (!windows.validLengths.empty())
        evaluation.protocol += "; padding is neither read nor predicted";
    if (precision == Precision::BF16)
        evaluation.protocol += "; products of bfloat16 weights and activations, summed in float32";
    return evaluation;
}

} // namespace vernier
