#include "core/workbench/generate_documents.h"

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/dataset/corpus_builder.h"
#include "core/model/model_decoder.h"

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

std::vector<std::int32_t> promptIds(const Tokenizer& tokenizer, const GenerateRequest& request, int document) {
    std::vector<std::int32_t> ids;
    if (!request.prompts.empty())
        ids = tokenizer.encode(request.prompts[static_cast<std::size_t>(document) % request.prompts.size()],
                               {.addSpecialTokens = true});
    if (!ids.empty())
        return ids;
    if (const auto begin = tokenizer.beginOfText() ? tokenizer.beginOfText() : tokenizer.endOfText())
        return {*begin};
    throw Error(ErrorKind::Input, "prompt", "is empty, and the tokenizer names no token that begins a text",
                "give a prompt");
}

/// What was written, as text: the prompt's words and the model's, without the tokens that begin and end a text.
std::string textOf(const Tokenizer& tokenizer, std::vector<std::int32_t> prompt,
                   const std::vector<std::int32_t>& written) {
    prompt.insert(prompt.end(), written.begin(), written.end());
    std::erase_if(prompt, [&](std::int32_t id) { return tokenizer.isSpecial(id); });
    return repairUtf8(tokenizer.decode(prompt)).text;
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
        prompts.push_back(promptIds(model->tokenizer, request, i));
        longest = std::max(longest, prompts.back().size());
    }
    const std::vector<std::int32_t> stops =
        model->tokenizer.endOfText() ? std::vector{*model->tokenizer.endOfText()} : std::vector<std::int32_t>();
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
        const auto& prompt = prompts[static_cast<std::size_t>(i)];
        document.text =
            textOf(model->tokenizer, prompt, continueText(decoder, prompt, request.tokens, stops, sampler, job));
        document.line = static_cast<std::uint64_t>(i) + 1;
        if (!document.text.empty())
            corpus.add(document);
        job.advance();
    }
    return addDocuments(project, corpus.finish(), document.tags.front(), job);
}

} // namespace vernier
