#pragma once

#include "core/curate/script.h"

#include <optional>
#include <string_view>

namespace vernier {

/// Is what language a text seems to be in.
struct LanguageGuess {
    std::string_view code = "und"; ///< ISO 639-1, "und" where nothing is sure
    std::optional<Script> script;  ///< of most letters; nothing for a text without letters
    double scriptShare = 0;        ///< of the letters, Han and Kana together where both are Japanese
    double confidence = 0;         ///< 0 … 1: how far the best guess leads the next one
};

/// Guesses the language of valid UTF-8 text from its first 16 KiB: by the script where only one major language is
/// written in it; otherwise by how many of its words are among the commonest of each language or have letters that
/// few languages have. Meant for sorting documents, not for telling close relatives apart in one line.
LanguageGuess guessLanguage(std::string_view text);

} // namespace vernier
