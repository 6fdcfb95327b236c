#pragma once

#include "core/base/job.h"
#include "core/dataset/calibration_set.h"
#include "core/dataset/document.h"
#include "core/dataset/render_document.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Says why a token stands in a window.
enum class TokenOrigin : std::uint8_t {
    Text,      ///< it is of the document's own text
    Before,    ///< it was put before a document or a window: begin-of-text
    Behind,    ///< it was put behind a document: end-of-text
    Separator, ///< it stands between documents
    Padding,   ///< it fills the window up, and nothing reads it
};

/// Holds token ids cut into windows of one length, and for each token the document it came from.
struct TokenWindows {
    int sequenceLength = 0;
    std::vector<std::int32_t> ids;        ///< [windows, sequenceLength]
    std::vector<std::uint32_t> documents; ///< like ids: position in the list that was packed
    std::vector<TokenOrigin> origins;     ///< like ids; empty where windows were not packed from documents
    /// Tokens of each window before its padding; empty when no window is padded. Statistics, Grams and losses read
    /// those alone: attention is causal, so that padding behind them changes nothing about them.
    std::vector<std::int32_t> validLengths;
    std::uint64_t droppedTokens = 0;    ///< tokens, up to the end of the last document read, that are in no window
    std::uint64_t droppedDocuments = 0; ///< documents read that are too short for the recipe

    std::int64_t count() const { return sequenceLength ? static_cast<std::int64_t>(ids.size()) / sequenceLength : 0; }
    std::span<const std::int32_t> window(std::int64_t index) const {
        return {ids.data() + index * sequenceLength, static_cast<std::size_t>(sequenceLength)};
    }
    std::int32_t validLength(std::int64_t window) const {
        return validLengths.empty() ? sequenceLength : validLengths[static_cast<std::size_t>(window)];
    }
    /// Whether a token, counted over all windows, is padding.
    bool isPadding(std::int64_t token) const {
        return !validLengths.empty() && token % sequenceLength >= validLength(token / sequenceLength);
    }
    /// SHA-256 of the length, the ids and, where there is padding, where it begins; part of every cache key that
    /// depends on them.
    std::string hash() const;
};

/// Renders and tokenizes documents and makes windows of them as the recipe says. With recipe.maxWindows, documents
/// behind the one that fills the last window are not read. Same result at any thread count. Throws Error{Input} when
/// not even one window is filled, or when the recipe wants a token that the tokenizer does not name; Cancelled.
TokenWindows packDocuments(std::span<const DocumentView> documents, const Tokenizer& tokenizer,
                           const ChatTemplate* chatTemplate, const PackingRecipe& recipe, JobContext& job);

} // namespace vernier
