#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vernier {

/// Is a writing system, as far as Vernier tells them apart.
enum class Script : std::uint8_t {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Myanmar,
    Georgian,
    Hangul,
    Ethiopic,
    Khmer,
    Mongolian,
    Kana,
    Han,
};

/// The script of a letter or mark by its Unicode block; nothing for digits, punctuation, symbols and scripts not named
/// above.
std::optional<Script> scriptOf(char32_t c);

std::string_view name(Script script); ///< its ISO 15924 code: "Latn"

/// Whether words of the script follow each other without blanks.
bool isWrittenWithoutBlanks(Script script);

/// Is how much of a text's letters one script has.
struct ScriptShare {
    Script script = Script::Latin;
    std::size_t letters = 0;
    double share = 0; ///< of the letters of all scripts
};

/// The scripts of valid UTF-8 text, the most frequent first; empty for a text without letters.
std::vector<ScriptShare> scriptShares(std::string_view text);

} // namespace vernier
