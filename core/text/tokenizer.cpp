#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/job.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"
#include "core/text/scratch_pool.h"
#include "core/text/sentencepiece_pipeline.h"
#include "core/text/tokenizer_pipeline.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vernier {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kFileLimit = 256u << 20;
constexpr std::size_t kTextLimit = std::size_t{1} << 31; // positions inside a word are 32 bits wide
constexpr const char* kReplacement = "\xEF\xBF\xBD";

nlohmann::json parse(const std::string& content, const fs::path& path) {
    try {
        return nlohmann::json::parse(content);
    } catch (const nlohmann::json::parse_error& failure) {
        throw Error(ErrorKind::Input, fmt::format("{}, byte {}", path.string(), failure.byte), "is not valid JSON",
                    "download or export the file again");
    }
}

/// The token that a configuration names as a text or as an object with "content".
std::optional<std::int32_t> namedToken(const JsonView& config, const char* key, const TokenizerPipeline& pipeline) {
    if (!config.has(key))
        return std::nullopt;
    const JsonView token = config.at(key);
    return pipeline.idOf(token.value().is_object() ? token.at("content").string() : token.string());
}

} // namespace

struct Tokenizer::Scratches {
    ScratchPool<PipelineScratch> pool;
};

Tokenizer Tokenizer::load(const fs::path& folder) {
    const fs::path settingsPath = folder / "tokenizer_config.json";
    const bool pieces = !fs::exists(folder / "tokenizer.json") && fs::exists(folder / "tokenizer.model");
    const fs::path path = folder / (pieces ? "tokenizer.model" : "tokenizer.json");
    const std::string content = readFile(path, kFileLimit);
    const std::string settings = fs::exists(settingsPath) ? readFile(settingsPath, kFileLimit) : std::string();
    const nlohmann::json settingsJson = settings.empty() ? nlohmann::json::object() : parse(settings, settingsPath);
    const JsonView config(settingsJson, settingsPath.string());
    auto pipeline = pieces ? readSentencePiecePipeline(content, path.string(), config)
                           : readPipeline(JsonView(parse(content, path), path.string()));
    // The two lengths keep a byte from wandering between the files without a change of the hash.
    pipeline->fingerprint = sha256(fmt::format("{} {}\n", content.size(), settings.size()) + content + settings);
    if (config.value().contains("bos_token"))
        pipeline->beginOfText = namedToken(config, "bos_token", *pipeline);
    if (config.value().contains("eos_token"))
        pipeline->endOfText = namedToken(config, "eos_token", *pipeline);
    pipeline->padding = namedToken(config, "pad_token", *pipeline);
    return Tokenizer(std::move(pipeline));
}

Tokenizer::Tokenizer(std::unique_ptr<const TokenizerPipeline> pipeline)
    : m_pipeline(std::move(pipeline)), m_scratches(std::make_unique<Scratches>()) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

void Tokenizer::encode(std::string_view text, const EncodeOptions& options, const JobContext* job,
                       std::vector<std::int32_t>& ids, std::vector<TextSpan>* spans) const {
    if (text.size() >= kTextLimit)
        throw Error(ErrorKind::Input, "text", "is larger than 2 GB", "use shorter documents");
    std::string repaired;
    if (countInvalidUtf8(text) > 0) {
        repaired = repairUtf8(text).text;
        text = repaired;
    }
    const auto insert = [&](const std::vector<std::int32_t>& special, std::size_t at) {
        if (!options.addSpecialTokens)
            return;
        ids.insert(ids.end(), special.begin(), special.end());
        if (spans)
            spans->resize(ids.size(), {at, at});
    };
    ids.reserve(text.size() / 4 + 8);
    insert(m_pipeline->postProcessor.before, 0);
    auto scratch = m_scratches->pool.take();
    scratch->text.pacer = Pacer(job);
    m_pipeline->encode(text, {ids, spans}, *scratch);
    scratch->text.pacer = Pacer();
    m_scratches->pool.giveBack(std::move(scratch));
    insert(m_pipeline->postProcessor.behind, text.size());
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    std::vector<std::int32_t> ids;
    encode(text, options, nullptr, ids, nullptr);
    return ids;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, const EncodeOptions& options,
                                            const JobContext& job) const {
    std::vector<std::int32_t> ids;
    encode(text, options, &job, ids, nullptr);
    return ids;
}

EncodedText Tokenizer::encodeWithOffsets(std::string_view text, const EncodeOptions& options,
                                         const JobContext& job) const {
    EncodedText result;
    encode(text, options, &job, result.ids, &result.spans);
    return result;
}

EncodedText Tokenizer::encodeWithOffsets(std::string_view text, const EncodeOptions& options) const {
    return encodeWithOffsets(text, options, JobContext());
}

std::string Tokenizer::decode(const std::vector<std::int32_t>& ids) const {
    std::string text;
    for (const std::int32_t id : ids)
        text += m_pipeline->contains(id) ? m_pipeline->spell(id) : kReplacement;
    m_pipeline->decoder.strip(text);
    return repairUtf8(text).text;
}

std::string Tokenizer::tokenBytes(std::int32_t id) const {
    return m_pipeline->spell(id);
}

std::size_t Tokenizer::vocabularySize() const {
    return std::max(m_pipeline->model->vocabulary().size(),
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
std::optional<std::int32_t> Tokenizer::padding() const {
    return m_pipeline->padding;
}
std::span<const std::int32_t> Tokenizer::insertedBefore() const {
    return m_pipeline->postProcessor.before;
}
std::span<const std::int32_t> Tokenizer::insertedBehind() const {
    return m_pipeline->postProcessor.behind;
}

bool Tokenizer::isSpecial(std::int32_t id) const {
    const AddedToken* added = m_pipeline->addedTokens.find(id);
    return added && added->special;
}

const std::string& Tokenizer::fingerprint() const {
    return m_pipeline->fingerprint;
}

} // namespace vernier
