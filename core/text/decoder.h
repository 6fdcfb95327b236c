#pragma once

#include "core/text/json_view.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vernier {

/// Is how the "decoder" of a tokenizer.json turns the spelling of tokens back into text, as far as the vocabulary
/// itself does not say it: replacements inside tokens ("▁" to " ") and texts that fall away once at either end.
struct Decoder {
    std::vector<std::pair<std::string, std::string>> replacements;
    std::string strippedCharacter;
    std::size_t strippedAtStart = 0, strippedAtEnd = 0; ///< at most so many times

    std::string spell(std::string_view token) const;
    /// Removes what normalization put around the text.
    void strip(std::string& text) const;
};

/// Reads a decoder; parts of it that Vernier does not know are passed over, for they decide no id.
Decoder readDecoder(const JsonView& json);

} // namespace vernier
