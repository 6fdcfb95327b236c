#pragma once

#include "core/text/json_view.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vernier {

/// Is how the "decoder" of a tokenizer.json turns the spelling of tokens back into text, as far as the vocabulary
/// itself does not say it: replacements inside tokens ("▁" to " ") and a leading text that falls away once.
struct Decoder {
    std::vector<std::pair<std::string, std::string>> replacements;
    std::string strippedCharacter;
    std::size_t strippedCount = 0;

    std::string spell(std::string_view token) const;
    /// Removes what normalization put in front of the text.
    void stripStart(std::string& text) const;
};

/// Reads a decoder; parts of it that Vernier does not know are passed over, for they decide no id.
Decoder readDecoder(const JsonView& json);

} // namespace vernier
