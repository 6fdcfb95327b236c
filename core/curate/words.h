#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vernier {

/// Holds the words of a text, compared without regard to case, punctuation and white space.
struct Words {
    std::vector<std::int32_t> ids;           ///< hash of each word in lower case
    std::vector<std::uint32_t> begins, ends; ///< its bytes in the text
};

/// Splits valid UTF-8 into words: runs of letters, marks and digits; in scripts written without blanks (Han, Kana,
/// Thai, Lao, Khmer, Myanmar, Tibetan) every character is a word. Only the first 4 GiB are read.
Words normalisedWords(std::string_view text);

} // namespace vernier
