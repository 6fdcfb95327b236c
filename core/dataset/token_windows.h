#pragma once

#include "core/base/job.h"
#include "core/dataset/calibration_set.h"
#include "core/dataset/document.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vernier {

/// Holds token ids cut into windows of one length, and for each token the document it came from.
struct TokenWindows {
    int sequenceLength = 0;
    std::vector<std::int32_t> ids;        ///< [windows, sequenceLength]
    std::vector<std::uint32_t> documents; ///< like ids: position in the list that was packed
    std::uint64_t droppedTokens = 0;      ///< tokens behind the last window, up to the end of the last document read

    std::int64_t count() const { return sequenceLength ? static_cast<std::int64_t>(ids.size()) / sequenceLength : 0; }
    std::span<const std::int32_t> window(std::int64_t index) const {
        return {ids.data() + index * sequenceLength, static_cast<std::size_t>(sequenceLength)};
    }
    std::string hash() const; ///< SHA-256 of the length and the ids; part of every cache key that depends on them
};

/// What a document looks like to the model: its text, or its messages through the chat template. Throws Error{Input}
/// naming the document when the template refuses it, or when there is no template and the recipe wants one.
std::string renderDocument(const DocumentView& document, const ChatTemplate* chatTemplate, const PackingRecipe& recipe);

/// Renders, tokenizes (without inserting special tokens), separates, concatenates and cuts documents; the remainder
/// that fills no window is dropped and counted. With recipe.maxWindows, documents behind the one that fills the last
/// window are not read. Same result at any thread count. Throws Error{Input} when not even one window is filled, or
/// when the recipe separates by an end-of-text token that the tokenizer does not name.
TokenWindows packDocuments(std::span<const DocumentView> documents, const Tokenizer& tokenizer,
                           const ChatTemplate* chatTemplate, const PackingRecipe& recipe, JobContext& job);

} // namespace vernier
