#include "core/dataset/pack_single.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/dataset/inserted_tokens.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vernier {

namespace {

/// Appends windows of one document each.
class WindowFiller {
public:
    WindowFiller(TokenWindows& windows, std::int32_t padding) : m_windows(windows), m_padding(padding) {}

    void begin(std::uint32_t document) { m_document = document; }
    void put(std::span<const std::int32_t> ids, TokenOrigin origin) {
        m_windows.ids.insert(m_windows.ids.end(), ids.begin(), ids.end());
        finishTokens(origin);
    }
    void pad() {
        const auto length = static_cast<std::size_t>(m_windows.sequenceLength);
        const std::size_t begin = m_windows.validLengths.size() * length;
        m_windows.validLengths.push_back(static_cast<std::int32_t>(m_windows.ids.size() - begin));
        m_windows.ids.resize(begin + length, m_padding);
        finishTokens(TokenOrigin::Padding);
    }

private:
    void finishTokens(TokenOrigin origin) {
        m_windows.documents.resize(m_windows.ids.size(), m_document);
        m_windows.origins.resize(m_windows.ids.size(), origin);
    }

    TokenWindows& m_windows;
    std::int32_t m_padding;
    std::uint32_t m_document = 0;
};

/// Tokens of text that fit into a window.
std::size_t roomFor(const PackingRecipe& recipe, const InsertedTokens& inserted) {
    const std::size_t around = inserted.before.size() + inserted.behind.size();
    const auto length = static_cast<std::size_t>(recipe.sequenceLength);
    if (around >= length)
        throw Error(ErrorKind::Input, "sequence_length",
                    fmt::format("{} leaves no room beside {} inserted tokens", length, around),
                    "choose a longer sequence length");
    return length - around;
}

} // namespace

std::size_t firstKept(const DocumentView& document, std::size_t tokens, std::size_t room, const PackingRecipe& recipe) {
    if (tokens <= room)
        return 0;
    switch (recipe.truncation) {
    case Truncation::Head:
        break;
    case Truncation::Tail:
        return tokens - room;
    case Truncation::RandomOffset: {
        std::uint64_t seed = 0;
        const Sha256Digest content = contentHash(document);
        for (std::size_t byte = 0; byte < sizeof seed; ++byte)
            seed = seed << 8 | content[byte];
        return SeededRandom(seed ^ SeededRandom(recipe.seed).next()).below(tokens - room + 1);
    }
    }
    return 0;
}

TokenWindows packSingle(const PackingInput& input, JobContext& job) {
    const PackingRecipe& recipe = input.recipe;
    const InsertedTokens inserted = insertedTokens(recipe, input.tokenizer);
    const std::size_t room = roomFor(recipe, inserted);
    const auto length = static_cast<std::size_t>(recipe.sequenceLength);
    const std::size_t wanted = recipe.maxWindows > 0 ? static_cast<std::size_t>(recipe.maxWindows) * length
                                                     : std::numeric_limits<std::size_t>::max();
    TokenWindows windows;
    windows.sequenceLength = recipe.sequenceLength;
    WindowFiller filler(windows, paddingToken(input.tokenizer));
    std::uint64_t unfit = 0, truncated = 0;
    const std::uint64_t tooShort = readDocuments(
        input, [&] { return wanted - windows.ids.size(); },
        [&](std::uint32_t document, std::span<const std::int32_t> text) {
            if (text.empty() || (recipe.shortDocuments == ShortDocuments::LeaveOut && text.size() < room)) {
                ++unfit;
                return;
            }
            const std::size_t kept = std::min(room, text.size());
            truncated += text.size() - kept;
            filler.begin(document);
            filler.put(inserted.before, TokenOrigin::Before);
            filler.put(text.subspan(firstKept(input.documents[document], text.size(), room, recipe), kept),
                       TokenOrigin::Text);
            filler.put(inserted.behind, TokenOrigin::Behind);
            filler.pad();
        },
        job);
    windows.droppedDocuments = tooShort + unfit;
    windows.droppedTokens = truncated;
    if (windows.ids.empty())
        throw Error(ErrorKind::Input, "calibration set",
                    fmt::format("none of {} documents fills a window of {}", input.documents.size(), length),
                    "add documents, choose a shorter sequence length or let short documents be padded");
    if (std::ranges::all_of(windows.validLengths, [&](std::int32_t n) { return n == recipe.sequenceLength; }))
        windows.validLengths.clear();
    return windows;
}

} // namespace vernier
