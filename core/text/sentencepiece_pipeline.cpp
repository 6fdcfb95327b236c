#include "core/text/sentencepiece_pipeline.h"

#include "core/text/sentencepiece_model.h"

#include <charconv>
#include <set>

#include <nlohmann/json.hpp>

namespace vernier {

namespace {

using nlohmann::json;
using PieceType = SentencePieceFile::PieceType;

std::int64_t readKeyedId(const JsonView& list, const std::string& key) {
    std::int64_t id = -1;
    const auto [end, failure] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (failure != std::errc() || end != key.data() + key.size())
        list.fail("has the key \"" + key + "\", which is no id");
    return id;
}

/// The "added_tokens" that a tokenizer.json would hold.
json addedTokens(const SentencePieceFile& file, const JsonView& config) {
    json added = json::array();
    std::set<std::int64_t> listed;
    if (config.has("added_tokens_decoder")) {
        const JsonView list = config.at("added_tokens_decoder");
        if (!list.value().is_object())
            list.fail("is not an object of id: token");
        for (const auto& [key, token] : list.value().items()) {
            const std::int64_t id = readKeyedId(list, key);
            json entry = token;
            if (!entry.is_object())
                list.fail("gives the id " + key + " something else than an object");
            entry["id"] = id;
            entry["normalized"] = false; // these are looked for in the text as it is
            added.push_back(std::move(entry));
            listed.insert(id);
        }
    }
    for (std::size_t id = 0; id < file.pieces.size(); ++id) {
        const auto& piece = file.pieces[id];
        if ((piece.type == PieceType::Control || piece.type == PieceType::Unknown) &&
            !listed.contains(static_cast<std::int64_t>(id)))
            added.push_back({{"id", id}, {"content", piece.text}, {"special", true}, {"normalized", false}});
    }
    return added;
}

Decoder decoderOf(bool prefixed) {
    Decoder decoder;
    decoder.replacements.emplace_back("▁", " ");
    decoder.strippedCharacter = " ";
    decoder.strippedAtStart = prefixed ? 1 : 0;
    return decoder;
}

} // namespace

std::unique_ptr<TokenizerPipeline> readSentencePiecePipeline(std::string_view model, const std::string& place,
                                                             const JsonView& config) {
    SentencePieceFile file = readSentencePieceFile(model, place);
    const json null;
    const JsonView nothing(null, place);
    auto pipeline = std::make_unique<TokenizerPipeline>();
    pipeline->normalizer = readNormalizer(nothing);
    pipeline->decoder = decoderOf(file.addDummyPrefix);
    json cutting;
    if (file.addDummyPrefix && !config.boolean("legacy", true)) {
        cutting = {{"type", "Metaspace"}, {"prepend_scheme", "first"}, {"split", false}};
        file.addDummyPrefix = false;
    }
    pipeline->preTokenization = readPreTokenizer(JsonView(cutting, place));
    pipeline->model = std::make_unique<SentencePieceModel>(file, nothing);
    const json added = addedTokens(file, config);
    pipeline->addedTokens =
        AddedTokens(JsonView(added, place, "added_tokens"), pipeline->model->vocabulary(), *pipeline->normalizer);

    pipeline->beginOfText = pipeline->idOf(file.beginPiece);
    pipeline->endOfText = pipeline->idOf(file.endPiece);
    const bool t5 = config.string("tokenizer_class", "").starts_with("T5");
    if (config.boolean("add_bos_token", !t5) && pipeline->beginOfText)
        pipeline->postProcessor.before.push_back(*pipeline->beginOfText);
    if (config.boolean("add_eos_token", t5) && pipeline->endOfText)
        pipeline->postProcessor.behind.push_back(*pipeline->endOfText);
    return pipeline;
}

} // namespace vernier
