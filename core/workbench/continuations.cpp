#include "core/workbench/continuations.h"

#include "core/base/error.h"
#include "core/model/model_decoder.h"
#include "core/workbench/prompt.h"
#include "core/workbench/quantize.h"
#include "core/workbench/run_model.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kMostTokens = 1 << 20;

std::optional<std::size_t> divergence(const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& other) {
    const auto [a, b] = std::ranges::mismatch(first, other);
    if (a == first.end() && b == other.end())
        return std::nullopt;
    return static_cast<std::size_t>(b - other.begin());
}

} // namespace

void ContinuationRequest::validate() const {
    sampling.validate();
    if (tokens < 1 || tokens > kMostTokens)
        throw Error(ErrorKind::Input, "tokens", fmt::format("is {}, not in 1 … {}", tokens, kMostTokens));
    if (runs.empty())
        throw Error(ErrorKind::Input, "runs", "none is named", "name at least one run");
}

std::vector<Continuation> continueWithRuns(Workbench& bench, const Project& project, const ContinuationRequest& request,
                                           JobContext& job) {
    request.validate();
    const Run& first = requireRun(project, request.runs.front());
    for (const std::string& name : request.runs)
        if (requireRun(project, name).calibration.modelFingerprint != first.calibration.modelFingerprint)
            throw Error(ErrorKind::Input, "run " + name, fmt::format("quantizes another model than {}", first.name),
                        "compare runs of one model");
    const auto model = openModelOf(bench, first, job);
    for (const std::string& name : request.runs)
        recoverCodes(bench, project, requireRun(project, name), job);
    const std::vector<std::int32_t> prompt = promptIds(model->tokenizer, request.prompt),
                                    stops = stopTokens(model->tokenizer);
    job.beginStage("continue", request.runs.size() + 1);
    std::vector<Continuation> continuations;
    const auto write = [&](const std::string& name, const ModelChanges& changes) {
        ModelDecoder decoder(model->model, std::ssize(prompt) + request.tokens, job, changes);
        Sampler sampler(request.sampling);
        Continuation& made = continuations.emplace_back();
        made.name = name;
        made.ids = continueText(decoder, prompt, request.tokens, stops, sampler, job);
        made.pieces = tokenPieces(model->tokenizer, made.ids);
        made.divergesAt = divergence(continuations.front().ids, made.ids);
        job.advance();
    };
    write("full precision", {});
    for (const std::string& name : request.runs)
        write(name, runChanges(bench, model->model, requireRun(project, name)));
    return continuations;
}

} // namespace vernier
