#include "core/workbench/document_tokens.h"

#include "core/base/error.h"
#include "core/dataset/token_windows.h"
#include "core/tensor/parallel.h"

#include <algorithm>

#include <fmt/format.h>

namespace vernier {

namespace {

constexpr Index kDocumentsAtOnce = 1024;

} // namespace

DocumentTokens tokenizeDocuments(const Corpus& corpus, std::span<const std::uint32_t> documents,
                                 const Workbench::OpenModel& model, JobContext& job) {
    job.beginStage("tokenize", documents.size());
    PackingRecipe recipe;
    recipe.applyChatTemplate = model.chatTemplate.has_value();
    const ChatTemplate* chatTemplate = model.chatTemplate ? &*model.chatTemplate : nullptr;
    DocumentTokens tokens;
    tokens.ids.resize(documents.size());
    std::vector<std::string> problems(documents.size());
    const Index count = std::ssize(documents);
    for (Index first = 0; first < count; first += kDocumentsAtOnce) {
        const Index now = std::min(kDocumentsAtOnce, count - first);
        parallelFor(now, [&](Index i) {
            job.throwIfCancelled();
            const auto at = static_cast<std::size_t>(first + i);
            try {
                tokens.ids[at] = model.tokenizer.encode(renderDocument(corpus[documents[at]], chatTemplate, recipe));
            } catch (const Error& refusal) {
                if (refusal.kind() != ErrorKind::Input)
                    throw;
                problems[at] = refusal.what();
            }
        });
        job.advance(static_cast<std::uint64_t>(now));
    }
    std::ranges::copy_if(problems, std::back_inserter(tokens.refused), [](const auto& line) { return !line.empty(); });
    return tokens;
}

} // namespace vernier
