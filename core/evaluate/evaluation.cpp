#include "core/evaluate/evaluation.h"

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/model/block.h"
#include "core/model/head.h"
#include "core/tensor/parallel.h"
#include "core/tensor/vector_math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace {

// Logits of this many positions exist at once: 256 rows of a vocabulary of 150,000 are 150 MB.
constexpr Index kRows = 256;

constexpr std::array<std::string_view, 2> kProtocols = {"gptq-paper", "llama.cpp"};

struct Sums {
    std::int64_t count = 0;
    double nll = 0, referenceNll = 0, kl = 0, agreed = 0;

    void add(const Sums& other) {
        count += other.count;
        nll += other.nll, referenceNll += other.referenceNll;
        kl += other.kl, agreed += other.agreed;
    }
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

/// Where in a window predictions begin to count.
Index firstScored(Protocol protocol, Index sequenceLength) {
    return protocol == Protocol::LlamaCpp ? sequenceLength / 2 : 0;
}

/// Whether a position's prediction counts: the token behind it stands in the same window and is no padding.
bool predicts(const TokenWindows& windows, Protocol protocol, Index token) {
    const Index position = token % windows.sequenceLength;
    return position >= firstScored(protocol, windows.sequenceLength) &&
           position + 1 < windows.validLength(token / windows.sequenceLength);
}

std::int64_t predictions(const TokenWindows& windows, Protocol protocol) {
    const std::int64_t first = firstScored(protocol, windows.sequenceLength);
    std::int64_t count = 0;
    for (std::int64_t window = 0; window < windows.count(); ++window)
        count += std::max<std::int64_t>(windows.validLength(window) - 1 - first, 0);
    return count;
}

std::string describe(const TokenWindows& windows, const ScoreOptions& options) {
    const int length = windows.sequenceLength;
    std::string text =
        fmt::format("non-overlapping windows of {} tokens, positions {} to {} predicted, exp of the mean "
                    "negative log-likelihood",
                    length, firstScored(options.protocol, length) + 1, length - 1);
    if (options.protocol == Protocol::LlamaCpp)
        text = "as llama.cpp: " + text;
    if (!windows.validLengths.empty())
        text += "; padding is neither read nor predicted";
    if (options.precision == Precision::BF16)
        text += "; products of bfloat16 weights and activations, summed in float32";
    return text;
}

GroupScore groupScore(const std::string& name, const Sums& sums, bool hasReference) {
    const auto count = static_cast<double>(sums.count);
    GroupScore score{name, sums.count, std::exp(sums.nll / count), {}, {}, {}};
    if (hasReference) {
        score.referencePerplexity = std::exp(sums.referenceNll / count);
        score.kl = sums.kl / count;
        score.top1 = sums.agreed / count;
    }
    return score;
}

} // namespace

std::string name(Protocol protocol) {
    return std::string(kProtocols[static_cast<std::size_t>(protocol)]);
}

Protocol protocolFromName(std::string_view name) {
    return valueOfName<Protocol>(kProtocols, name, "protocol");
}

HiddenStates finalHidden(const Model& model, const TokenWindows& windows, const ModelChanges& changes,
                         HiddenPlace place, JobContext& job, Precision precision) {
    requirePositions(model, windows);
    job.beginStage("forward", static_cast<std::uint64_t>(model.spec.blocks));
    HiddenStates hidden(std::ssize(windows.ids), model.spec.hiddenSize, windows.sequenceLength, std::move(place));
    embedWindows(model, windows, hidden, job);
    for (int index = 0; index < model.spec.blocks; ++index) {
        job.throwIfCancelled();
        forwardBlock(Block(model, index, changes, precision, job), windows.sequenceLength, hidden, job);
        job.advance();
    }
    return hidden;
}

Evaluation score(const Model& model, const TokenWindows& windows, const HiddenStates& hidden,
                 const HiddenStates* reference, JobContext& job, const ScoreOptions& options) {
    const std::int64_t scored = predictions(windows, options.protocol);
    if (scored == 0)
        throw Error(ErrorKind::Input, "evaluation text", "no window has two tokens of which one predicts the other",
                    "score longer documents");
    const Head head(model, options.precision, job);
    const Index vocabulary = head.vocabularySize(), length = windows.sequenceLength, tokens = hidden.shape().tokens;
    job.beginStage("score", static_cast<std::uint64_t>(windows.count()));
    Matrix logits(std::min(kRows, tokens), vocabulary), expected(reference ? logits.rows() : 0, vocabulary);
    std::vector<Sums> perRow(static_cast<std::size_t>(logits.rows()));
    Sums total;
    std::vector<Sums> perGroup(options.groups ? options.groups->names.size() : 0);
    if (options.losses) {
        options.losses->nll.assign(windows.ids.size(), std::numeric_limits<float>::quiet_NaN());
        options.losses->referenceNll.assign(reference ? windows.ids.size() : 0,
                                            std::numeric_limits<float>::quiet_NaN());
    }
    std::uint64_t reported = 0;
    const auto scoreRows = [&](Index first, MatrixView<const float> states, MatrixView<const float> referenceStates) {
        const Index rows = states.rows;
        head.logits(states, logits.view().rowRange(0, rows));
        if (reference)
            head.logits(referenceStates, expected.view().rowRange(0, rows));
        parallelFor(rows, [&](Index row) {
            Sums& sums = perRow[static_cast<std::size_t>(row)] = {};
            const Index token = first + row;
            if (!predicts(windows, options.protocol, token))
                return;
            sums.count = 1;
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
            if (sums.count == 0)
                continue;
            total.add(sums);
            const auto token = static_cast<std::size_t>(first + row);
            if (options.groups) // of the token that is predicted
                perGroup[options.groups->groupOf.at(windows.documents.at(token + 1))].add(sums);
            if (options.losses)
                options.losses->nll[token] = static_cast<float>(sums.nll);
            if (options.losses && reference)
                options.losses->referenceNll[token] = static_cast<float>(sums.referenceNll);
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
    const GroupScore all = groupScore({}, total, reference != nullptr);
    evaluation.perplexity = all.perplexity;
    evaluation.referencePerplexity = all.referencePerplexity;
    evaluation.kl = all.kl;
    evaluation.top1 = all.top1;
    for (std::size_t group = 0; group < perGroup.size(); ++group)
        if (perGroup[group].count > 0)
            evaluation.groups.push_back(
                groupScore(options.groups->names[group], perGroup[group], reference != nullptr));
    evaluation.protocol = describe(windows, options);
    return evaluation;
}

} // namespace vernier
