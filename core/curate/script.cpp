#include "core/curate/script.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <array>

namespace vernier {

namespace {

struct Range {
    char32_t first, last;
    Script script;
};

// Blocks of the Unicode Standard that hold letters and marks, in rising order; in mixed blocks the parts that do.
constexpr std::array kRanges = {
    Range{0x0041, 0x005A, Script::Latin},      Range{0x0061, 0x007A, Script::Latin},
    Range{0x00AA, 0x00AA, Script::Latin},      Range{0x00BA, 0x00BA, Script::Latin},
    Range{0x00C0, 0x00D6, Script::Latin},      Range{0x00D8, 0x00F6, Script::Latin},
    Range{0x00F8, 0x02AF, Script::Latin},      Range{0x0370, 0x0373, Script::Greek},
    Range{0x0376, 0x037D, Script::Greek},      Range{0x037F, 0x0386, Script::Greek},
    Range{0x0388, 0x03FF, Script::Greek},      Range{0x0400, 0x052F, Script::Cyrillic},
    Range{0x0531, 0x0556, Script::Armenian},   Range{0x0561, 0x0587, Script::Armenian},
    Range{0x0591, 0x05BD, Script::Hebrew},     Range{0x05D0, 0x05F2, Script::Hebrew},
    Range{0x0620, 0x065F, Script::Arabic},     Range{0x066E, 0x06D3, Script::Arabic},
    Range{0x06D5, 0x06EF, Script::Arabic},     Range{0x06FA, 0x06FF, Script::Arabic},
    Range{0x0750, 0x077F, Script::Arabic},     Range{0x08A0, 0x08FF, Script::Arabic},
    Range{0x0900, 0x0963, Script::Devanagari}, Range{0x0971, 0x097F, Script::Devanagari},
    Range{0x0980, 0x09E3, Script::Bengali},    Range{0x09F0, 0x09F1, Script::Bengali},
    Range{0x0A01, 0x0A5E, Script::Gurmukhi},   Range{0x0A70, 0x0A75, Script::Gurmukhi},
    Range{0x0A81, 0x0AE3, Script::Gujarati},   Range{0x0B01, 0x0B63, Script::Oriya},
    Range{0x0B82, 0x0BD7, Script::Tamil},      Range{0x0C00, 0x0C63, Script::Telugu},
    Range{0x0C80, 0x0CE3, Script::Kannada},    Range{0x0D00, 0x0D63, Script::Malayalam},
    Range{0x0D81, 0x0DDF, Script::Sinhala},    Range{0x0E01, 0x0E3A, Script::Thai},
    Range{0x0E40, 0x0E4E, Script::Thai},       Range{0x0E81, 0x0ECD, Script::Lao},
    Range{0x0EDC, 0x0EDF, Script::Lao},        Range{0x0F40, 0x0FBC, Script::Tibetan},
    Range{0x1000, 0x103F, Script::Myanmar},    Range{0x1050, 0x108F, Script::Myanmar},
    Range{0x10A0, 0x10FF, Script::Georgian},   Range{0x1100, 0x11FF, Script::Hangul},
    Range{0x1200, 0x135F, Script::Ethiopic},   Range{0x1380, 0x138F, Script::Ethiopic},
    Range{0x1780, 0x17D3, Script::Khmer},      Range{0x1820, 0x18AA, Script::Mongolian},
    Range{0x1C80, 0x1C8F, Script::Cyrillic},   Range{0x1C90, 0x1CBF, Script::Georgian},
    Range{0x1E00, 0x1EFF, Script::Latin},      Range{0x1F00, 0x1FFF, Script::Greek},
    Range{0x2C60, 0x2C7F, Script::Latin},      Range{0x2D00, 0x2D2D, Script::Georgian},
    Range{0x2D80, 0x2DDF, Script::Ethiopic},   Range{0x2DE0, 0x2DFF, Script::Cyrillic},
    Range{0x2E80, 0x2FDF, Script::Han},        Range{0x3005, 0x3007, Script::Han},
    Range{0x3041, 0x309F, Script::Kana},       Range{0x30A1, 0x30FA, Script::Kana},
    Range{0x30FC, 0x30FF, Script::Kana},       Range{0x3131, 0x318E, Script::Hangul},
    Range{0x31F0, 0x31FF, Script::Kana},       Range{0x3400, 0x4DBF, Script::Han},
    Range{0x4E00, 0x9FFF, Script::Han},        Range{0xA640, 0xA69F, Script::Cyrillic},
    Range{0xA722, 0xA7FF, Script::Latin},      Range{0xA8E0, 0xA8FF, Script::Devanagari},
    Range{0xA960, 0xA97C, Script::Hangul},     Range{0xA9E0, 0xA9FE, Script::Myanmar},
    Range{0xAA60, 0xAA7F, Script::Myanmar},    Range{0xAB01, 0xAB2E, Script::Ethiopic},
    Range{0xAB30, 0xAB64, Script::Latin},      Range{0xAC00, 0xD7FB, Script::Hangul},
    Range{0xF900, 0xFAFF, Script::Han},        Range{0xFB00, 0xFB06, Script::Latin},
    Range{0xFB13, 0xFB17, Script::Armenian},   Range{0xFB1D, 0xFB4F, Script::Hebrew},
    Range{0xFB50, 0xFDFF, Script::Arabic},     Range{0xFE70, 0xFEFC, Script::Arabic},
    Range{0xFF21, 0xFF3A, Script::Latin},      Range{0xFF41, 0xFF5A, Script::Latin},
    Range{0xFF66, 0xFF9D, Script::Kana},       Range{0xFFA0, 0xFFDC, Script::Hangul},
    Range{0x1B000, 0x1B16F, Script::Kana},     Range{0x20000, 0x323AF, Script::Han},
};

constexpr std::array<std::string_view, 27> kNames = {
    "Latn", "Grek", "Cyrl", "Armn", "Hebr", "Arab", "Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda",
    "Mlym", "Sinh", "Thai", "Laoo", "Tibt", "Mymr", "Geor", "Hang", "Ethi", "Khmr", "Mong", "Kana", "Hani"};

} // namespace

std::optional<Script> scriptOf(char32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? std::optional(Script::Latin) : std::nullopt;
    const auto after = std::ranges::upper_bound(kRanges, c, {}, &Range::first);
    return after != kRanges.begin() && c <= std::prev(after)->last ? std::optional(std::prev(after)->script)
                                                                   : std::nullopt;
}

std::string_view name(Script script) {
    return kNames[static_cast<std::size_t>(script)];
}

bool isWrittenWithoutBlanks(Script script) {
    switch (script) {
    case Script::Han:
    case Script::Kana:
    case Script::Thai:
    case Script::Lao:
    case Script::Khmer:
    case Script::Myanmar:
    case Script::Tibetan:
        return true;
    default:
        return false;
    }
}

std::vector<ScriptShare> scriptShares(std::string_view text) {
    std::array<std::size_t, kNames.size()> letters{};
    std::size_t all = 0;
    for (std::size_t at = 0; at < text.size();)
        if (const auto script = scriptOf(nextCodePoint(text, at)))
            ++letters[static_cast<std::size_t>(*script)], ++all;
    std::vector<ScriptShare> shares;
    for (std::size_t i = 0; i < letters.size(); ++i)
        if (letters[i] > 0)
            shares.push_back(
                {static_cast<Script>(i), letters[i], static_cast<double>(letters[i]) / static_cast<double>(all)});
    std::ranges::stable_sort(shares, std::greater<>(), &ScriptShare::letters);
    return shares;
}

} // namespace vernier
