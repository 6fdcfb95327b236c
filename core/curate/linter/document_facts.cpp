#include "core/curate/linter/document_facts.h"

#include "core/base/error.h"
#include "core/curate/language.h"
#include "core/curate/readable_text.h"
#include "core/dataset/inserted_tokens.h"
#include "core/dataset/render_document.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

namespace vernier {

namespace {

constexpr std::size_t kDocumentsAtOnce = 1024;

std::uint64_t characters(std::string_view text) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void readTokens(DocumentFacts& facts, const std::vector<std::int32_t>& ids, const Tokenizer& tokenizer) {
    const std::optional<std::int32_t> begin = tokenizer.beginOfText(), end = tokenizer.endOfText();
    std::size_t first = 0, last = ids.size();
    while (begin && first < last && ids[first] == *begin)
        ++first;
    while (end && last > first && ids[last - 1] == *end)
        --last;
    facts.tokens = ids.size();
    facts.leadingBegins = first;
    for (std::size_t i = first; i < last; ++i)
        facts.specialsInside += tokenizer.isSpecial(ids[i]);
    // A template ends its turns by a token of its own, which a line break may follow.
    const auto isSpecial = [&](std::int32_t id) { return tokenizer.isSpecial(id); };
    facts.endsItself = last < ids.size() ||
                       (facts.isConversation &&
                        std::any_of(ids.end() - std::min<std::ptrdiff_t>(2, std::ssize(ids)), ids.end(), isSpecial));
}

/// Renders and tokenizes as packing does; a conversation without a template to go through counts by its contents.
void measureTokens(DocumentFacts& facts, const DocumentView& document, const LintInput& input, const JobContext& job) {
    PackingRecipe recipe = input.set.recipe;
    recipe.applyChatTemplate = recipe.applyChatTemplate && input.chatTemplate;
    std::string text;
    try {
        text = renderDocument(document, input.chatTemplate, recipe);
    } catch (const Error& refusal) {
        if (refusal.kind() != ErrorKind::Input)
            throw;
        facts.refused = true;
        return;
    }
    readTokens(facts, input.tokenizer->encode(text, {}, job), *input.tokenizer);
    facts.leftOut = facts.tokens < static_cast<std::uint64_t>(recipe.minimumTokens) ||
                    characters(text) < static_cast<std::uint64_t>(recipe.minimumCharacters);
}

DocumentFacts measure(DocumentFacts facts, const LintInput& input, const JobContext& job) {
    const DocumentView document = input.corpus[facts.document];
    const std::string text = readableText(document);
    facts.isConversation = document.isConversation;
    facts.isEmpty = text.find_first_not_of(" \t\r\n") == std::string::npos;
    facts.text = judgeText(measureTextHealth(text), input.limits);
    facts.language = guessLanguage(text).code;
    if (input.tokenizer)
        measureTokens(facts, document, input, job);
    return facts;
}

RecipeTokens recipeTokens(const PackingRecipe& recipe, const Tokenizer& tokenizer) {
    RecipeTokens tokens;
    tokens.room = static_cast<std::uint64_t>(recipe.sequenceLength);
    InsertedTokens inserted;
    try {
        inserted = insertedTokens(recipe, tokenizer);
    } catch (const Error& refusal) {
        if (refusal.kind() != ErrorKind::Input)
            throw;
        tokens.problem = refusal.what();
        return tokens;
    }
    const auto holds = [](const std::vector<std::int32_t>& ids, std::optional<std::int32_t> id) {
        return id && std::ranges::find(ids, *id) != ids.end();
    };
    tokens.room -= std::min<std::uint64_t>(inserted.window.size(), tokens.room - 1);
    tokens.perDocument = inserted.before.size() + inserted.behind.size() + inserted.separator.size();
    tokens.begins = holds(inserted.window, tokenizer.beginOfText()) || holds(inserted.before, tokenizer.beginOfText());
    tokens.ends = holds(inserted.behind, tokenizer.endOfText()) || holds(inserted.separator, tokenizer.endOfText());
    return tokens;
}

} // namespace

SetFacts gatherFacts(const LintInput& input, JobContext& job) {
    SetFacts facts;
    if (input.tokenizer)
        facts.recipe = recipeTokens(input.set.recipe, *input.tokenizer);
    std::unordered_map<std::uint32_t, std::uint32_t> positions;
    for (const std::uint32_t document : input.set.documents) {
        const auto [known, isNew] = positions.try_emplace(document, static_cast<std::uint32_t>(facts.documents.size()));
        if (isNew)
            facts.documents.push_back({.document = document});
        ++facts.documents[known->second].times;
        facts.places.push_back(known->second);
    }
    job.beginStage("look through documents", facts.documents.size());
    for (std::size_t first = 0; first < facts.documents.size(); first += kDocumentsAtOnce) {
        const std::size_t now = std::min(kDocumentsAtOnce, facts.documents.size() - first);
        parallelFor(static_cast<Index>(now), [&](Index i) {
            job.throwIfCancelled();
            DocumentFacts& document = facts.documents[first + static_cast<std::size_t>(i)];
            document = measure(document, input, job);
        });
        job.advance(now);
    }
    return facts;
}

} // namespace vernier
