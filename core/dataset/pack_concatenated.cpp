#include "core/dataset/pack_concatenated.h"

#include "core/base/error.h"
#include "core/dataset/inserted_tokens.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

/// Appends tokens to windows and begins every window with what stands there.
class Stream {
public:
    Stream(TokenWindows& windows, std::span<const std::int32_t> windowBegin)
        : m_windows(windows), m_windowBegin(windowBegin) {}

    void put(std::span<const std::int32_t> ids, std::uint32_t document, TokenOrigin origin) {
        const auto length = static_cast<std::size_t>(m_windows.sequenceLength);
        while (!ids.empty()) {
            std::size_t room = length - m_windows.ids.size() % length;
            if (room == length && !m_windowBegin.empty()) {
                append(m_windowBegin, document, TokenOrigin::Before);
                room -= m_windowBegin.size();
            }
            const std::size_t n = m_windowBegin.empty() ? ids.size() : std::min(room, ids.size());
            append(ids.first(n), document, origin);
            ids = ids.subspan(n);
            m_tokens += n;
        }
    }

    /// Tokens put, without the beginnings of windows.
    std::uint64_t tokens() const { return m_tokens; }

private:
    void append(std::span<const std::int32_t> ids, std::uint32_t document, TokenOrigin origin) {
        m_windows.ids.insert(m_windows.ids.end(), ids.begin(), ids.end());
        m_windows.documents.resize(m_windows.ids.size(), document);
        m_windows.origins.resize(m_windows.ids.size(), origin);
    }

    TokenWindows& m_windows;
    std::span<const std::int32_t> m_windowBegin;
    std::uint64_t m_tokens = 0;
};

} // namespace

TokenWindows packConcatenated(const PackingInput& input, JobContext& job) {
    const PackingRecipe& recipe = input.recipe;
    const InsertedTokens inserted = insertedTokens(recipe, input.tokenizer);
    const auto length = static_cast<std::size_t>(recipe.sequenceLength);
    const std::size_t wanted = recipe.maxWindows > 0 ? static_cast<std::size_t>(recipe.maxWindows) * length
                                                     : std::numeric_limits<std::size_t>::max();
    TokenWindows windows;
    windows.sequenceLength = recipe.sequenceLength;
    Stream stream(windows, inserted.window);
    windows.droppedDocuments = readDocuments(
        input, [&] { return wanted - std::min(wanted, windows.ids.size()); },
        [&](std::uint32_t document, std::span<const std::int32_t> text) {
            stream.put(inserted.before, document, TokenOrigin::Before);
            stream.put(text, document, TokenOrigin::Text);
            stream.put(inserted.behind, document, TokenOrigin::Behind);
            stream.put(inserted.separator, document, TokenOrigin::Separator);
        },
        job);

    const std::size_t kept = std::min(wanted, windows.ids.size() / length * length);
    if (kept == 0)
        throw Error(ErrorKind::Input, "calibration set",
                    fmt::format("{} documents give {} tokens, less than one window of {}",
                                input.documents.size() - windows.droppedDocuments, windows.ids.size(),
                                recipe.sequenceLength),
                    "add documents or choose a shorter sequence length");
    windows.ids.resize(kept);
    windows.documents.resize(kept);
    windows.origins.resize(kept);
    windows.droppedTokens = stream.tokens() - kept / length * (length - inserted.window.size());
    return windows;
}

} // namespace vernier
