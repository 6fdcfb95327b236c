#include "core/workbench/generate_documents.h"

#include "core/base/error.h"
#include "core/dataset/corpus_builder.h"
#include "core/model/model_decoder.h"
#include "core/workbench/prompt.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr int kMostDocuments = 100'000;
constexpr int kMostTokens = 1 << 20;

void requireRange(const char* field, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low || value > high)
        throw Error(ErrorKind::Input, field, fmt::format("is {}, not in {} … {}", value, low, high));
}

std::string sourceOf(const GenerateRequest& request) {
    const SamplerSettings& sampling = request.sampling;
    return fmt::format("generated: {}, seed {}, temperature {}, top-p {}, top-k {}, {} tokens",
                       request.modelFolder.filename().string(), sampling.seed, sampling.temperature, sampling.topP,
                       sampling.topK, request.tokens);
}

} // namespace

void GenerateRequest::validate() const {
    requireRange("documents", documents, 1, kMostDocuments);
    requireRange("tokens", tokens, 1, kMostTokens);
    sampling.validate();
}

ImportReport generateDocuments(Workbench& bench, Project& project, const GenerateRequest& request, JobContext& job) {
    request.validate();
    const auto model = bench.open(request.modelFolder, job);
    std::vector<std::vector<std::int32_t>> prompts;
    std::size_t longest = 0;
    for (int i = 0; i < request.documents; ++i) {
        prompts.push_back(
            promptIds(model->tokenizer, request.prompts.empty()
                                            ? std::string()
                                            : request.prompts[static_cast<std::size_t>(i) % request.prompts.size()]));
        longest = std::max(longest, prompts.back().size());
    }
    const std::vector<std::int32_t> stops = stopTokens(model->tokenizer);
    job.beginStage("write", static_cast<std::uint64_t>(request.documents));
    ModelDecoder decoder(model->model, static_cast<Index>(longest) + request.tokens, job);

    CorpusBuilder corpus;
    Document document;
    document.source = sourceOf(request);
    document.tags = {request.tag.empty() ? "generated" : request.tag};
    document.importedAt =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    for (int i = 0; i < request.documents; ++i) {
        SamplerSettings sampling = request.sampling;
        sampling.seed += static_cast<std::uint64_t>(i);
        Sampler sampler(sampling);
        decoder.clear();
        std::vector<std::int32_t>& ids = prompts[static_cast<std::size_t>(i)];
        const auto written = continueText(decoder, ids, request.tokens, stops, sampler, job);
        ids.insert(ids.end(), written.begin(), written.end());
        document.text = writtenText(model->tokenizer, std::move(ids));
        document.line = static_cast<std::uint64_t>(i) + 1;
        if (!document.text.empty())
            corpus.add(document);
        job.advance();
    }
    return addDocuments(project, corpus.finish(), document.tags.front(), job);
}

} // namespace vernier
