#include "core/dataset/token_windows.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/dataset/bounded_json.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace vernier {

namespace {

// Bytes rendered and tokenized between two reports: some hundredths of a second, long enough that threads seldom wait
// for each other.
constexpr std::size_t kBatchBytes = std::size_t{2} << 20;

// When only the first windows are wanted, a batch is about what they still lack, at the usual bytes per token.
constexpr std::size_t kBytesPerToken = 4;
constexpr std::size_t kLeastBatchBytes = std::size_t{64} << 10;

/// Text of one message's content: itself, or the text parts of a list of parts.
std::string contentText(const nlohmann::json& message) {
    const auto content = message.find("content");
    if (content == message.end())
        return {};
    if (content->is_string())
        return content->get<std::string>();
    std::string text;
    if (content->is_array())
        for (const auto& part : *content)
            if (part.is_object() && part.contains("text") && part["text"].is_string())
                text += part["text"].get_ref<const std::string&>();
    return text;
}

std::string joinContents(const nlohmann::json& messages) {
    std::string text;
    for (const auto& message : messages) {
        const std::string content = contentText(message);
        if (content.empty())
            continue;
        if (!text.empty())
            text += '\n';
        text += content;
    }
    return text;
}

nlohmann::json messagesOf(const DocumentView& document) {
    BoundedJson parsed = parseBounded(document.text);
    const bool isList =
        parsed.problem.empty() && parsed.value.is_array() &&
        std::all_of(parsed.value.begin(), parsed.value.end(), [](const auto& m) { return m.is_object(); });
    if (!isList)
        throw Error(ErrorKind::Input, placeOf(document), "is a conversation whose text is no list of messages",
                    "import it again");
    return nlohmann::json(parsed.value);
}

std::int32_t endOfText(const Tokenizer& tokenizer) {
    if (const auto id = tokenizer.endOfText())
        return *id;
    throw Error(ErrorKind::Input, "separator", "the tokenizer names no end-of-text token",
                "set eos_token in tokenizer_config.json, or pack without a separator");
}

/// End of the batch of documents that begins at first and has at most limit bytes, or one document.
std::size_t batchEnd(std::span<const DocumentView> documents, std::size_t first, std::size_t limit) {
    std::size_t bytes = documents[first].text.size();
    std::size_t end = first + 1;
    while (end < documents.size() && bytes + documents[end].text.size() <= limit)
        bytes += documents[end++].text.size();
    return end;
}

/// Refuses what a recipe may say and packing does not do, rather than pack something else than it says.
void requirePackable(const PackingRecipe& recipe) {
    PackingRecipe packable;
    packable.separator = recipe.separator == Separator::None ? Separator::None : Separator::EndOfText;
    packable.applyChatTemplate = recipe.applyChatTemplate;
    packable.sequenceLength = recipe.sequenceLength;
    packable.maxWindows = recipe.maxWindows;
    if (recipe != packable)
        throw Error(ErrorKind::Unsupported, "packing recipe",
                    "asks for more than documents joined by end-of-text tokens",
                    "leave its other fields at their defaults");
}

} // namespace

std::string TokenWindows::hash() const {
    static_assert(std::endian::native == std::endian::little, "ids are hashed as little-endian int32");
    Sha256 hash;
    const std::int32_t length = sequenceLength;
    hash.update(std::as_bytes(std::span(&length, 1)));
    hash.update(std::as_bytes(std::span(ids)));
    return hash.finish();
}

std::string renderDocument(const DocumentView& document, const ChatTemplate* chatTemplate,
                           const PackingRecipe& recipe) {
    if (!document.isConversation)
        return std::string(document.text);
    const nlohmann::json messages = messagesOf(document);
    if (!recipe.applyChatTemplate)
        return joinContents(messages);
    if (!chatTemplate)
        throw Error(ErrorKind::Input, placeOf(document), "is a conversation, and the model has no chat template",
                    "pack without the chat template, or add chat_template to tokenizer_config.json");
    try {
        return chatTemplate->render(messages);
    } catch (const Error& failure) {
        if (failure.kind() == ErrorKind::Cancelled || failure.kind() == ErrorKind::Internal)
            throw;
        throw Error(ErrorKind::Input, placeOf(document),
                    fmt::format("the chat template refuses it: {}", failure.problem()),
                    "leave the document out, or pack without the chat template");
    }
}

TokenWindows packDocuments(std::span<const DocumentView> documents, const Tokenizer& tokenizer,
                           const ChatTemplate* chatTemplate, const PackingRecipe& recipe, JobContext& job) {
    recipe.validate();
    requirePackable(recipe);
    const bool separates = recipe.separator == Separator::EndOfText;
    const std::int32_t separator = separates ? endOfText(tokenizer) : 0;
    const auto length = static_cast<std::size_t>(recipe.sequenceLength);
    const std::size_t wanted = static_cast<std::size_t>(recipe.maxWindows) * length; // 0: everything

    TokenWindows windows;
    windows.sequenceLength = recipe.sequenceLength;
    const auto isFull = [&] { return wanted > 0 && windows.ids.size() >= wanted; };

    job.beginStage("tokenize", documents.size());
    std::vector<std::vector<std::int32_t>> encoded;
    for (std::size_t first = 0, end = 0; first < documents.size() && !isFull(); first = end) {
        const std::size_t lacking = wanted > 0 ? wanted - windows.ids.size() : kBatchBytes;
        end = batchEnd(documents, first, std::clamp(lacking * kBytesPerToken, kLeastBatchBytes, kBatchBytes));
        encoded.assign(end - first, {});
        parallelFor(static_cast<Index>(end - first), [&](Index i) {
            job.throwIfCancelled();
            const auto at = static_cast<std::size_t>(i);
            encoded[at] = tokenizer.encode(renderDocument(documents[first + at], chatTemplate, recipe));
        });
        // The end must not depend on where batches end, so the rest of the batch behind the last window is thrown away.
        for (std::size_t at = first; at < end && !isFull(); ++at) {
            std::vector<std::int32_t>& ids = encoded[at - first];
            if (separates)
                ids.push_back(separator);
            windows.ids.insert(windows.ids.end(), ids.begin(), ids.end());
            windows.documents.resize(windows.ids.size(), static_cast<std::uint32_t>(at));
        }
        job.throwIfCancelled();
        job.advance(end - first);
    }
    job.advance(job.progress().total - job.progress().done);

    const std::size_t tokens = windows.ids.size();
    const std::size_t kept = wanted > 0 ? std::min(wanted, tokens / length * length) : tokens / length * length;
    if (kept == 0)
        throw Error(ErrorKind::Input, "calibration set",
                    fmt::format("{} documents give {} tokens, less than one window of {}", documents.size(), tokens,
                                recipe.sequenceLength),
                    "add documents or choose a shorter sequence length");
    windows.ids.resize(kept);
    windows.documents.resize(kept);
    windows.droppedTokens = tokens - kept;
    return windows;
}

} // namespace vernier
