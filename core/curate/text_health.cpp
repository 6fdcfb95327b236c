#include "core/curate/text_health.h"

#include "core/base/utf8.h"
#include "core/curate/hashing.h"
#include "core/curate/script.h"

#include <algorithm>
#include <bitset>
#include <cstring>

#include <utf8proc.h>

namespace vernier {

namespace {

constexpr std::size_t kRepetitionPiece = 4096;
constexpr std::size_t kRepetitionRun = 8;
constexpr std::uint64_t kEnoughOutsideAscii = 4; // fewer characters say nothing about an encoding

/// Share of eight-byte runs that stood earlier in the same piece. A text without repetition has none but for the few
/// that collide in the table.
double repetition(std::string_view text) {
    constexpr std::size_t kSlots = 1 << 16;
    std::uint64_t repeated = 0, runs = 0;
    for (std::size_t piece = 0; piece < text.size(); piece += kRepetitionPiece) {
        std::bitset<kSlots> seen;
        const std::string_view part = text.substr(piece, kRepetitionPiece);
        for (std::size_t at = 0; at + kRepetitionRun <= part.size(); ++at) {
            std::uint64_t run = 0;
            std::memcpy(&run, part.data() + at, kRepetitionRun);
            const auto slot = static_cast<std::size_t>(mixBits(run) % kSlots);
            repeated += seen[slot] ? 1 : 0;
            seen.set(slot);
            ++runs;
        }
    }
    return runs > 0 ? static_cast<double>(repeated) / static_cast<double>(runs) : 0;
}

bool isBroken(char32_t c) {
    if (c == '\t' || c == '\n' || c == '\r' || c == '\f')
        return false;
    if (c < 0x80)
        return c < 0x20 || c == 0x7F;
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CO || category == UTF8PROC_CATEGORY_CN;
}

/// What a continuation byte of UTF-8 becomes in Windows-1252 or Latin-1.
bool isWesternContinuation(char32_t c) {
    switch (c) {
    case 0x20AC:
    case 0x201A:
    case 0x0192:
    case 0x201E:
    case 0x2026:
    case 0x2020:
    case 0x2021:
    case 0x02C6:
    case 0x2030:
    case 0x0160:
    case 0x2039:
    case 0x0152:
    case 0x017D:
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2022:
    case 0x2013:
    case 0x2014:
    case 0x02DC:
    case 0x2122:
    case 0x0161:
    case 0x203A:
    case 0x0153:
    case 0x017E:
    case 0x0178:
        return true;
    default:
        return c >= 0x80 && c <= 0xBF;
    }
}

/// Whether two neighbours are the lead and the continuation of one UTF-8 character in a wrong 8-bit reading: "Ã" or "â"
/// before a continuation; Cyrillic text read as Windows-1251 is "Р" or "С" before one.
bool isMojibake(char32_t before, char32_t c) {
    if (before >= 0xC2 && before <= 0xEF)
        return isWesternContinuation(c);
    if (before == 0x0420 || before == 0x0421) // capital Er, capital Es
        return isWesternContinuation(c) || (c >= 0x0402 && c <= 0x040F) || (c >= 0x0452 && c <= 0x045F) ||
               c == 0x0490 || c == 0x0491;
    return false;
}

double share(std::uint64_t part, std::uint64_t all) {
    return all > 0 ? static_cast<double>(part) / static_cast<double>(all) : 0;
}

} // namespace

TextHealth measureTextHealth(std::string_view text) {
    TextHealth health;
    std::uint64_t replaced = 0, broken = 0, letters = 0, blanks = 0, outsideAscii = 0, mojibake = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = nextCodePoint(text, at);
        ++health.characters;
        replaced += c == 0xFFFD ? 1 : 0;
        broken += isBroken(c) ? 1 : 0;
        letters += scriptOf(c) ? 1 : 0;
        blanks += c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 ? 1 : 0;
        outsideAscii += c >= 0x80 ? 1 : 0;
        mojibake += isMojibake(before, c) ? 2 : 0;
        before = c;
    }
    health.replaced = share(replaced, health.characters);
    health.control = share(broken, health.characters);
    health.mojibake = outsideAscii >= kEnoughOutsideAscii ? std::min(1.0, share(mojibake, outsideAscii)) : 0;
    health.letters = share(letters, health.characters - blanks);
    health.repetition = repetition(text);
    return health;
}

TextFindings judgeText(const TextHealth& health, const TextLimits& limits) {
    TextFindings findings;
    findings.tooShort = health.characters < limits.leastCharacters;
    findings.tooLong = health.characters > limits.mostCharacters;
    findings.garbled =
        health.characters > 0 && (health.replaced > limits.mostReplaced || health.control > limits.mostControl ||
                                  health.mojibake > limits.mostMojibake || health.letters < limits.leastLetters);
    findings.repetitive = health.repetition > limits.mostRepetition;
    return findings;
}

} // namespace vernier
