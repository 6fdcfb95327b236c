#pragma once

#include <cstdint>
#include <string_view>

namespace vernier {

/// Measures what tells damaged or worthless text from text; shares are of characters unless said otherwise.
struct TextHealth {
    std::uint64_t characters = 0;
    double replaced = 0;   ///< U+FFFD, left where bytes were no UTF-8
    double control = 0;    ///< control characters other than tab and line breaks, private use, unassigned
    double mojibake = 0;   ///< of the characters outside ASCII: pairs that UTF-8 makes when read as Windows-1252 or
                           ///< Windows-1251 ("Ã©", "â€™", "РЎС‚")
    double letters = 0;    ///< letters and marks of any script, of what is not white space
    double repetition = 0; ///< of runs of eight bytes that occurred before within the same 4 KiB: 0 nothing, 1 all
};

/// Measures valid UTF-8 text.
TextHealth measureTextHealth(std::string_view text);

/// Says from where on a text is not taken for text.
struct TextLimits {
    std::uint64_t leastCharacters = 32;
    std::uint64_t mostCharacters = 1'000'000;
    double mostReplaced = 0.005;
    double mostControl = 0.01;
    double mostMojibake = 0.25;
    double leastLetters = 0.25;
    double mostRepetition = 0.8;
};

/// Holds what is wrong with a text.
struct TextFindings {
    bool tooShort = false, tooLong = false;
    bool garbled = false;    ///< replaced, control or mojibake characters, or hardly a letter
    bool repetitive = false; ///< says the same again and again

    bool any() const { return tooShort || tooLong || garbled || repetitive; }
};

TextFindings judgeText(const TextHealth& health, const TextLimits& limits);

} // namespace vernier
