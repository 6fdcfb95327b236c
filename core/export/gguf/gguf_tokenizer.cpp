#include "core/export/gguf/gguf_tokenizer.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "core/text/sentencepiece_file.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

enum TokenType : std::int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

constexpr std::uint64_t kFileLimit = 256u << 20;

/// Tokens by id, as the metadata list them.
struct TokenLists {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores; ///< of sentencepiece tokenizers

    void fillUp(std::size_t size, bool scored) {
        for (std::size_t id = tokens.size(); id < size; ++id)
            set(id, fmt::format("[PAD{}]", id), kUnused, scored);
    }
    void set(std::size_t id, std::string token, TokenType type, bool scored, float score = 0) {
        if (id >= tokens.size()) {
            const std::size_t first = tokens.size();
            tokens.resize(id + 1);
            types.resize(id + 1, kUnused);
            scores.resize(scored ? id + 1 : 0);
            for (std::size_t gap = first; gap < id; ++gap)
                tokens[gap] = fmt::format("[PAD{}]", gap);
        }
        tokens[id] = std::move(token);
        types[id] = type;
        if (scored)
            scores[id] = score;
    }
};

bool looksLikeByte(std::string_view token) {
    return token.size() == 6 && token.starts_with("<0x") && token.back() == '>';
}

/// Regular expressions of pre-tokenizers that llama.cpp has a name for (llama-vocab.cpp).
struct NamedPattern {
    std::string_view pattern, name;
};
constexpr std::array<NamedPattern, 2> kPatterns = {{
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     "llama-bpe"},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     "qwen2"},
}};

std::string textIn(const json& object, const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                                                 : std::string();
}

/// llama.cpp's name for a byte-level pre-tokenizer.
std::string preTokenizerName(const json& pre, const std::string& place) {
    const auto isByteLevel = [](const json& step, bool splits) {
        return textIn(step, "type") == "ByteLevel" && step.value("use_regex", true) == splits &&
               !step.value("add_prefix_space", true);
    };
    if (isByteLevel(pre, true))
        return "gpt-2";
    if (textIn(pre, "type") == "Sequence" && pre.contains("pretokenizers") && pre["pretokenizers"].is_array() &&
        pre["pretokenizers"].size() == 2) {
        const json& first = pre["pretokenizers"][0];
        const json& second = pre["pretokenizers"][1];
        if (textIn(first, "type") == "Digits" && first.value("individual_digits", false) && isByteLevel(second, true))
            return "smollm";
        if (textIn(first, "type") == "Split" && isByteLevel(second, false) && first.contains("pattern"))
            for (const NamedPattern& known : kPatterns)
                if (textIn(first["pattern"], "Regex") == known.pattern)
                    return std::string(known.name);
    }
    throw Error(ErrorKind::Unsupported, place + ", pre_tokenizer", "llama.cpp has no name for it that Vernier knows",
                "those of GPT-2, Llama 3, Qwen2 and SmolLM are known; export in another format");
}

std::vector<std::string> mergesOf(const json& model, const std::string& place) {
    std::vector<std::string> merges;
    for (const json& merge : model.value("merges", json::array())) {
        if (merge.is_string())
            merges.push_back(merge.get<std::string>());
        else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
        else
            throw Error(ErrorKind::Input, place + ", model.merges", "holds what is no merge",
                        "use another copy of the file");
    }
    return merges;
}

std::size_t idIn(const json& value, const std::string& place) {
    constexpr std::int64_t kLargest = 16'000'000;
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > kLargest)
        throw Error(ErrorKind::Input, place, fmt::format("{} is no token id", value.dump()),
                    "use another copy of the file");
    return static_cast<std::size_t>(value.get<std::int64_t>());
}

struct AddedToken {
    std::size_t id = 0;
    std::string text;
    bool special = false;
};

AddedToken addedToken(const json& added, const std::string& place) {
    if (!added.is_object() || !added.contains("id") || textIn(added, "content").empty())
        throw Error(ErrorKind::Input, place + ", added_tokens", "holds what is no token",
                    "use another copy of the file");
    return {idIn(added["id"], place + ", added_tokens"), textIn(added, "content"), added.value("special", false)};
}

/// Of a BPE tokenizer.json.
TokenLists tokensOf(const json& file, const std::string& place, bool scored) {
    TokenLists lists;
    const json& model = file["model"];
    std::map<std::string, float> rank;
    if (scored) { // of the merge that makes a token; llama.cpp joins the pair whose token has the best score
        const auto merges = mergesOf(model, place);
        for (std::size_t i = 0; i < merges.size(); ++i) {
            std::string token = merges[i];
            token.erase(token.find(' '), 1);
            rank.emplace(std::move(token), -static_cast<float>(i));
        }
    }
    for (const auto& [token, id] : model["vocab"].items()) {
        const auto found = rank.find(token);
        const TokenType type = scored && looksLikeByte(token) ? kByte : kNormal;
        lists.set(idIn(id, place + ", model.vocab"), token, type, scored,
                  found != rank.end() ? found->second : -static_cast<float>(rank.size()));
    }
    for (const json& added : file.value("added_tokens", json::array())) {
        const AddedToken token = addedToken(added, place);
        lists.set(token.id, token.text, token.special ? kControl : kUserDefined, scored);
    }
    const std::string unknown = textIn(model, "unk_token");
    if (const auto at = std::ranges::find(lists.tokens, unknown); scored && at != lists.tokens.end())
        lists.types[static_cast<std::size_t>(at - lists.tokens.begin())] = kUnknown;
    return lists;
}

/// Of pieces, and tokens that a tokenizer.json beside them adds.
TokenLists tokensOf(const SentencePieceFile& model, const json& file, const std::string& place) {
    TokenLists lists;
    for (std::size_t id = 0; id < model.pieces.size(); ++id)
        lists.set(id, model.pieces[id].text, static_cast<TokenType>(model.pieces[id].type), true,
                  model.pieces[id].score);
    for (const json& added : file.is_object() ? file.value("added_tokens", json::array()) : json::array())
        if (const AddedToken token = addedToken(added, place); token.id >= model.pieces.size())
            lists.set(token.id, token.text, token.special ? kControl : kUserDefined, true);
    return lists;
}

bool isBpe(const json& file) {
    return file.is_object() && file.contains("model") && textIn(file["model"], "type") == "BPE" &&
           file["model"].contains("vocab") && file["model"]["vocab"].is_object();
}

bool prependsSpace(const json& file) {
    const std::string all = file.value("normalizer", json()).dump() + file.value("pre_tokenizer", json()).dump();
    return all.find("Prepend") != std::string::npos || all.find("\"prepend_scheme\":\"first\"") != std::string::npos ||
           all.find("\"prepend_scheme\":\"always\"") != std::string::npos;
}

void addLists(GgufMetadata& metadata, TokenLists lists, std::int64_t vocabularySize, bool scored) {
    lists.fillUp(static_cast<std::size_t>(vocabularySize), scored);
    if (std::ssize(lists.tokens) > vocabularySize)
        throw Error(ErrorKind::Input, "tokenizer",
                    fmt::format("has {} tokens where the model has {}", lists.tokens.size(), vocabularySize),
                    "use the tokenizer that belongs to the model");
    metadata.emplace_back("tokenizer.ggml.tokens", std::move(lists.tokens));
    if (scored)
        metadata.emplace_back("tokenizer.ggml.scores", std::move(lists.scores));
    metadata.emplace_back("tokenizer.ggml.token_type", std::move(lists.types));
}

void addSpecials(GgufMetadata& metadata, const Tokenizer& tokenizer) {
    const auto add = [&](const char* key, std::optional<std::int32_t> id) {
        if (id)
            metadata.emplace_back(key, static_cast<std::uint32_t>(*id));
    };
    add("tokenizer.ggml.bos_token_id", tokenizer.beginOfText());
    add("tokenizer.ggml.eos_token_id", tokenizer.endOfText());
    add("tokenizer.ggml.padding_token_id", tokenizer.padding());
    metadata.emplace_back("tokenizer.ggml.add_bos_token", !tokenizer.insertedBefore().empty());
    metadata.emplace_back("tokenizer.ggml.add_eos_token", !tokenizer.insertedBehind().empty());
}

void addChatTemplate(GgufMetadata& metadata, const fs::path& folder) {
    std::string text;
    if (fs::exists(folder / "chat_template.jinja"))
        text = readFile(folder / "chat_template.jinja", kFileLimit);
    else if (fs::exists(folder / "tokenizer_config.json"))
        text = textIn(readJson(folder / "tokenizer_config.json", kFileLimit), "chat_template");
    if (!text.empty())
        metadata.emplace_back("tokenizer.chat_template", text);
}

} // namespace

GgufMetadata ggufTokenizer(const fs::path& folder, std::int64_t vocabularySize) {
    const fs::path place = folder / "tokenizer.json", pieces = folder / "tokenizer.model";
    const json file = fs::exists(place) ? readJson(place, kFileLimit) : json();
    const bool isByteLevel = isBpe(file) && !file["model"].value("byte_fallback", false);
    GgufMetadata metadata = {{"tokenizer.ggml.model", std::string(isByteLevel ? "gpt2" : "llama")}};
    if (isByteLevel) {
        metadata.emplace_back("tokenizer.ggml.pre", preTokenizerName(file.value("pre_tokenizer", json()), place));
        addLists(metadata, tokensOf(file, place, false), vocabularySize, false);
        metadata.emplace_back("tokenizer.ggml.merges", mergesOf(file["model"], place));
    } else {
        metadata.emplace_back("tokenizer.ggml.pre", std::string("default"));
        bool spaceInFront = false;
        if (fs::exists(pieces)) {
            const SentencePieceFile model = readSentencePieceFile(readFile(pieces, kFileLimit), pieces.string());
            if (model.model != SentencePieceFile::ModelType::Bpe)
                throw Error(ErrorKind::Unsupported, pieces.string(), "is a Unigram model", "export in another format");
            spaceInFront = model.addDummyPrefix;
            addLists(metadata, tokensOf(model, file, place), vocabularySize, true);
        } else if (isBpe(file)) {
            spaceInFront = prependsSpace(file);
            addLists(metadata, tokensOf(file, place, true), vocabularySize, true);
        } else {
            throw Error(ErrorKind::Unsupported, place.string() + ", model", "is no BPE tokenizer",
                        "export in another format");
        }
        metadata.emplace_back("tokenizer.ggml.add_space_prefix", spaceInFront);
    }
    addSpecials(metadata, Tokenizer::load(folder));
    addChatTemplate(metadata, folder);
    return metadata;
}

} // namespace vernier
