#include "core/curate/words.h"

#include "core/base/utf8.h"
#include "core/curate/hashing.h"
#include "core/curate/script.h"

#include <limits>

#include <utf8proc.h>

namespace vernier {

namespace {

bool isWordCharacter(char32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        return true;
    default:
        return false;
    }
}

char32_t lowered(char32_t c) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

bool standsAlone(char32_t c) {
    if (c < 0xE00)
        return false;
    const auto script = scriptOf(c);
    return script && isWrittenWithoutBlanks(*script);
}

} // namespace

Words normalisedWords(std::string_view text) {
    text = text.substr(0, std::numeric_limits<std::uint32_t>::max());
    Words words;
    std::uint64_t hash = 0;
    std::size_t begin = 0;
    bool inWord = false;
    const auto end = [&](std::size_t at) {
        if (inWord) {
            words.ids.push_back(static_cast<std::int32_t>(mixBits(hash) >> 32));
            words.begins.push_back(static_cast<std::uint32_t>(begin));
            words.ends.push_back(static_cast<std::uint32_t>(at));
        }
        inWord = false;
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        const char32_t c = nextCodePoint(text, at);
        if (!isWordCharacter(c)) {
            end(here);
            continue;
        }
        const bool alone = standsAlone(c);
        if (alone)
            end(here);
        if (!inWord)
            hash = 0, begin = here, inWord = true;
        hash = mixBits(hash ^ lowered(c)) + 1;
        if (alone)
            end(at);
    }
    end(text.size());
    return words;
}

} // namespace vernier
