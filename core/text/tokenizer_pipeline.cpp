#include "core/text/tokenizer_pipeline.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace {

const nlohmann::json& memberOrNull(const nlohmann::json& object, const char* key) {
    static const nlohmann::json null;
    const auto found = object.find(key);
    return found == object.end() ? null : *found;
}

JsonView optional(const JsonView& file, const char* key) {
    return {memberOrNull(file.value(), key), file.file(), key};
}

} // namespace

std::unique_ptr<TokenizerPipeline> readPipeline(const JsonView& file) {
    const JsonView model = file.at("model");
    auto pipeline = std::make_unique<TokenizerPipeline>();
    pipeline->normalizer = readNormalizer(optional(file, "normalizer"));
    pipeline->preTokenization = readPreTokenizer(optional(file, "pre_tokenizer"));
    pipeline->model = readTokenModel(model, pipeline->preTokenization.byteLevel);
    pipeline->addedTokens =
        AddedTokens(optional(file, "added_tokens"), pipeline->model->vocabulary(), *pipeline->normalizer);
    pipeline->postProcessor = readPostProcessor(optional(file, "post_processor"));
    pipeline->decoder = readDecoder(optional(file, "decoder"));
    for (const auto* ids : {&pipeline->postProcessor.before, &pipeline->postProcessor.behind})
        for (const std::int32_t id : *ids)
            if (!pipeline->contains(id))
                optional(file, "post_processor").fail(fmt::format("inserts the id {}, which is no token", id));
    return pipeline;
}

void TokenizerPipeline::encode(std::string_view text, const TokenSink& sink, PipelineScratch& scratch) const {
    for (const auto& piece : addedTokens.splitRaw(text)) {
        if (!piece.token) {
            encodePiece(text, piece.span, sink, scratch);
            continue;
        }
        sink.ids.push_back(*piece.token);
        if (sink.spans)
            sink.spans->push_back(piece.span);
    }
}

/// Encodes a piece of the text that holds no added token of the first round.
void TokenizerPipeline::encodePiece(std::string_view text, const TextSpan& piece, const TokenSink& sink,
                                    PipelineScratch& scratch) const {
    AlignedText normal(std::string(text.substr(piece.begin, piece.size())), sink.spans != nullptr, piece.begin);
    normalizer->normalize(normal, scratch.text);
    for (const auto& part : addedTokens.splitNormalized(normal.text())) {
        if (!part.token) {
            const bool whole = part.span.size() == normal.text().size();
            encodeWords({whole ? std::move(normal) : normal.part(part.span),
                         {{0, part.span.size()}},
                         piece.begin == 0 && part.span.begin == 0},
                        sink, scratch);
            continue;
        }
        sink.ids.push_back(*part.token);
        if (sink.spans)
            sink.spans->push_back(normal.origin(part.span));
    }
}

void TokenizerPipeline::encodeWords(Words words, const TokenSink& sink, PipelineScratch& scratch) const {
    preTokenization.splitter->split(words, scratch.text);
    if (!sink.spans) {
        for (const TextSpan& span : words.spans)
            model->encode(words.word(span), sink.ids, scratch.model, scratch.text.pacer);
        return;
    }
    std::vector<std::uint32_t> lengths;
    for (const TextSpan& span : words.spans) {
        lengths.clear();
        model->encode(words.word(span), sink.ids, lengths, scratch.model, scratch.text.pacer);
        std::size_t at = span.begin;
        for (const std::uint32_t length : lengths) {
            sink.spans->push_back(words.text.origin({at, at + length}));
            at += length;
        }
    }
}

std::optional<std::int32_t> TokenizerPipeline::idOf(std::string_view token) const {
    const auto added = addedTokens.idOf(token);
    return added ? added : model->vocabulary().findSpelling(token);
}

std::string TokenizerPipeline::spell(std::int32_t id) const {
    if (const AddedToken* added = addedTokens.find(id))
        return added->content;
    if (const auto byte = model->fallbackByte(id))
        return {*byte};
    return decoder.spell(model->vocabulary().bytes(id));
}

} // namespace vernier
