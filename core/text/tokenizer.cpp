#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/text/added_tokens.h"
#include "core/text/bpe_model.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kFileLimit = 256u << 20;
constexpr std::size_t kTextLimit = std::size_t{1} << 31; // positions inside a word are 32 bits wide
constexpr const char* kReplacement = "\xEF\xBF\xBD";

/// Holds what one call of encode() needs; reused, because the remembered words are worth keeping.
struct Scratch {
    BpeModel::Scratch model;
    RegexScratch regex;
};

/// Lends each running call a scratch of its own.
class ScratchPool {
public:
    std::unique_ptr<Scratch> take() {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_idle.empty()) {
                auto scratch = std::move(m_idle.back());
                m_idle.pop_back();
                return scratch;
            }
        }
        return std::make_unique<Scratch>();
    }

    void giveBack(std::unique_ptr<Scratch> scratch) {
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(scratch));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Scratch>> m_idle;
};

nlohmann::json parse(const std::string& content, const fs::path& path) {
    try {
        return nlohmann::json::parse(content);
    } catch (const nlohmann::json::parse_error& failure) {
        throw Error(ErrorKind::Input, fmt::format("{}, byte {}", path.string(), failure.byte), "is not valid JSON",
                    "download or export the file again");
    }
}

/// Throws Error{Unsupported} unless the model is of the one type that is known.
void requireBpe(const JsonView& model) {
    constexpr const char* kKnown = "BPE";
    // Old files do not name the type; the shape of the vocabulary tells.
    const std::string type = model.has("type")                                            ? model.at("type").string()
                             : model.has("merges")                                        ? "BPE"
                             : model.has("vocab") && model.at("vocab").value().is_array() ? "Unigram"
                                                                                          : "WordPiece";
    if (type != "BPE")
        model.unknownType("a model", type, kKnown);
}

const nlohmann::json& memberOrNull(const nlohmann::json& object, const char* key) {
    static const nlohmann::json null;
    const auto found = object.find(key);
    return found == object.end() ? null : *found;
}

} // namespace

struct Tokenizer::Pipeline {
    Pipeline(const JsonView& file, std::string hash)
        : fingerprint(std::move(hash)), normalizer(readNormalizer(optional(file, "normalizer"))),
          preTokenization(readPreTokenizer(optional(file, "pre_tokenizer"))),
          model(file.at("model"), preTokenization.byteLevel),
          addedTokens(optional(file, "added_tokens"), model.vocabulary(), *normalizer),
          postProcessor(readPostProcessor(optional(file, "post_processor"))),
          decoder(readDecoder(optional(file, "decoder"))) {
        for (const auto* ids : {&postProcessor.before, &postProcessor.behind})
            for (const std::int32_t id : *ids)
                if (!model.vocabulary().contains(id) && !addedTokens.find(id))
                    optional(file, "post_processor").fail(fmt::format("inserts the id {}, which is no token", id));
    }

    static JsonView optional(const JsonView& file, const char* key) {
        return {memberOrNull(file.value(), key), file.file(), key};
    }

    void encodePiece(std::string piece, std::vector<std::int32_t>& ids, Scratch& scratch) const;
    void encode(std::string_view text, std::vector<std::int32_t>& ids, Scratch& scratch) const;
    std::optional<std::int32_t> idOf(std::string_view token) const;
    std::string spell(std::int32_t id) const;

    std::string fingerprint;
    std::unique_ptr<const Normalizer> normalizer;
    PreTokenization preTokenization;
    BpeModel model;
    AddedTokens addedTokens;
    PostProcessor postProcessor;
    Decoder decoder;
    std::optional<std::int32_t> beginOfText, endOfText;
    mutable ScratchPool scratches;
};

/// Encodes text that holds no added token of the first round.
void Tokenizer::Pipeline::encodePiece(std::string piece, std::vector<std::int32_t>& ids, Scratch& scratch) const {
    normalizer->normalize(piece);
    Words words;
    for (const auto& part : addedTokens.splitNormalized(piece)) {
        if (part.token) {
            ids.push_back(*part.token);
            continue;
        }
        words.text.assign(piece, part.span.begin, part.span.end - part.span.begin);
        words.spans.assign(1, {0, words.text.size()});
        preTokenization.splitter->split(words, scratch.regex);
        for (const TextSpan& span : words.spans)
            model.encode(words.word(span), ids, scratch.model);
    }
}

void Tokenizer::Pipeline::encode(std::string_view text, std::vector<std::int32_t>& ids, Scratch& scratch) const {
    for (const auto& part : addedTokens.splitRaw(text)) {
        if (part.token)
            ids.push_back(*part.token);
        else
            encodePiece(std::string(text.substr(part.span.begin, part.span.end - part.span.begin)), ids, scratch);
    }
}

std::optional<std::int32_t> Tokenizer::Pipeline::idOf(std::string_view token) const {
    const auto added = addedTokens.idOf(token);
    return added ? added : model.vocabulary().findSpelling(token);
}

std::string Tokenizer::Pipeline::spell(std::int32_t id) const {
    if (const AddedToken* added = addedTokens.find(id))
        return added->content;
    if (const auto byte = model.fallbackByte(id))
        return {*byte};
    return decoder.spell(model.vocabulary().bytes(id));
}

Tokenizer Tokenizer::load(const fs::path& folder) {
    const fs::path path = folder / "tokenizer.json", settingsPath = folder / "tokenizer_config.json";
    const std::string content = readFile(path, kFileLimit);
    const std::string settings = fs::exists(settingsPath) ? readFile(settingsPath, kFileLimit) : std::string();
    const nlohmann::json json = parse(content, path);
    const JsonView file(json, path.string());
    requireBpe(file.at("model"));
    // The two lengths keep a byte from wandering between the files without a change of the hash.
    auto pipeline = std::make_unique<Pipeline>(
        file, sha256(fmt::format("{} {}\n", content.size(), settings.size()) + content + settings));

    if (!settings.empty()) {
        const nlohmann::json settingsJson = parse(settings, settingsPath);
        const JsonView config(settingsJson, settingsPath.string());
        const auto named = [&](const char* key) -> std::optional<std::int32_t> {
            if (!config.has(key))
                return std::nullopt;
            const JsonView token = config.at(key);
            return pipeline->idOf(token.value().is_object() ? token.at("content").string() : token.string());
        };
        pipeline->beginOfText = named("bos_token");
        pipeline->endOfText = named("eos_token");
    }
    return Tokenizer(std::move(pipeline));
}

Tokenizer::Tokenizer(std::unique_ptr<const Pipeline> pipeline) : m_pipeline(std::move(pipeline)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    if (text.size() >= kTextLimit)
        throw Error(ErrorKind::Input, "text", "is larger than 2 GB", "use shorter documents");
    std::string repaired;
    if (countInvalidUtf8(text) > 0) {
        repaired = repairUtf8(text).text;
        text = repaired;
    }
    std::vector<std::int32_t> ids;
    ids.reserve(text.size() / 4 + 8);
    const auto& around = m_pipeline->postProcessor;
    if (options.addSpecialTokens)
        ids = around.before;
    auto scratch = m_pipeline->scratches.take();
    m_pipeline->encode(text, ids, *scratch);
    m_pipeline->scratches.giveBack(std::move(scratch));
    if (options.addSpecialTokens)
        ids.insert(ids.end(), around.behind.begin(), around.behind.end());
    return ids;
}

std::string Tokenizer::decode(const std::vector<std::int32_t>& ids) const {
    std::string text;
    for (const std::int32_t id : ids) {
        const bool known = m_pipeline->addedTokens.find(id) || m_pipeline->model.vocabulary().contains(id);
        text += known ? m_pipeline->spell(id) : kReplacement;
    }
    m_pipeline->decoder.stripStart(text);
    return repairUtf8(text).text;
}

std::string Tokenizer::tokenBytes(std::int32_t id) const {
    return m_pipeline->spell(id);
}

std::size_t Tokenizer::vocabularySize() const {
    return std::max(m_pipeline->model.vocabulary().size(),
                    static_cast<std::size_t>(m_pipeline->addedTokens.highestId() + 1));
}

std::optional<std::int32_t> Tokenizer::idOf(std::string_view token) const {
    return m_pipeline->idOf(token);
}
std::optional<std::int32_t> Tokenizer::beginOfText() const {
    return m_pipeline->beginOfText;
}
std::optional<std::int32_t> Tokenizer::endOfText() const {
    return m_pipeline->endOfText;
}

bool Tokenizer::isSpecial(std::int32_t id) const {
    const AddedToken* added = m_pipeline->addedTokens.find(id);
    return added && added->special;
}

const std::string& Tokenizer::fingerprint() const {
    return m_pipeline->fingerprint;
}

} // namespace vernier
