#include "core/curate/text_search.h"

#include "core/base/utf8.h"
#include "core/tensor/multiversion.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace vernier {

namespace {

constexpr std::size_t kBlock = 64;

/// The other case of a letter, or the character itself. Only pairs whose UTF-8 forms have the same length.
char32_t otherCase(char32_t c) {
    const auto within = [c](char32_t first, char32_t last) { return first <= c && c <= last; };
    if (within(U'a', U'z') || (within(0xE0, 0xFE) && c != 0xF7))
        return c - 0x20;
    if (within(U'A', U'Z') || (within(0xC0, 0xDE) && c != 0xD7))
        return c + 0x20;
    if ((within(0x3B1, 0x3C9) && c != 0x3C2) || within(0x430, 0x44F))
        return c - 0x20;
    if ((within(0x391, 0x3A9) && c != 0x3A2) || within(0x410, 0x42F))
        return c + 0x20;
    if (within(0x450, 0x45F))
        return c - 0x50;
    if (within(0x400, 0x40F))
        return c + 0x50;
    return c;
}

/// How often a byte stands in text, roughly: the smaller, the better a place to look first. In the order of English and
/// program text; bytes that begin or continue other scripts count as common, since such texts are full of them.
int commonness(char byte) {
    constexpr std::string_view kRising =
        "QZXJVKWYUGBHFPDLMRNCOSIATE@~`^%&$#!?+*|<>[]{}\\;9876543zqj210x/:'\"()_-kv=.,bywgpf"
        "mucdlhrnsioat\te\n ";
    const std::size_t place = kRising.find(byte);
    return place == std::string_view::npos ? static_cast<int>(kRising.size()) / 2 : static_cast<int>(place);
}

/// The four bytes that may stand at two places of a phrase.
struct Pattern {
    std::uint8_t lower, upper, secondLower, secondUpper;
};

/// hits[i] is 0xFF where both places may match, for 64 places of the phrase.
VERNIER_MULTIVERSION void candidates(const std::uint8_t* first, const std::uint8_t* second, const Pattern& pattern,
                                     std::uint8_t* hits) {
    const auto [lower, upper, secondLower, secondUpper] = pattern;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const auto one = static_cast<std::uint8_t>((first[i] == lower) | (first[i] == upper));
        const auto other = static_cast<std::uint8_t>((second[i] == secondLower) | (second[i] == secondUpper));
        hits[i] = one & other;
    }
}

} // namespace

std::string foldCase(std::string_view given) {
    const std::string text = repairUtf8(given).text;
    std::string folded;
    folded.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = nextCodePoint(text, at);
        appendUtf8(folded, std::max(c, otherCase(c))); // capital letters come first in all of these alphabets
    }
    return folded;
}

TextSearch::TextSearch(std::string_view given) {
    const std::string phrase = repairUtf8(given).text;
    for (std::size_t at = 0; at < phrase.size();) {
        m_starts.push_back(at);
        const char32_t c = nextCodePoint(phrase, at), other = otherCase(c);
        appendUtf8(m_lower, std::max(c, other));
        appendUtf8(m_upper, std::min(c, other));
    }
    m_starts.push_back(phrase.size());
    std::vector<std::size_t> places(phrase.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = i;
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        return std::max(commonness(m_lower[a]), commonness(m_upper[a])) <
               std::max(commonness(m_lower[b]), commonness(m_upper[b]));
    });
    if (!places.empty()) {
        m_rare = places.front();
        m_secondRare = places[std::min<std::size_t>(1, places.size() - 1)];
    }
}

bool TextSearch::matchesAt(const char* place) const {
    for (std::size_t i = 0; i + 1 < m_starts.size(); ++i) {
        const std::size_t first = m_starts[i], length = m_starts[i + 1] - first;
        if (std::memcmp(place + first, m_lower.data() + first, length) != 0 &&
            std::memcmp(place + first, m_upper.data() + first, length) != 0)
            return false;
    }
    return true;
}

bool TextSearch::foundBetween(const char* text, std::size_t first, std::size_t end) const {
    const char lower = m_lower[m_rare], upper = m_upper[m_rare];
    for (std::size_t at = first; at < end; ++at) {
        const char byte = text[at + m_rare];
        if ((byte == lower || byte == upper) && matchesAt(text + at))
            return true;
    }
    return false;
}

bool TextSearch::foundIn(std::string_view text) const {
    if (m_lower.empty())
        return true;
    if (text.size() < m_lower.size())
        return false;
    const std::size_t places = text.size() - m_lower.size() + 1;
    if (places < kBlock)
        return foundBetween(text.data(), 0, places);

    const auto byteAt = [](const std::string& form, std::size_t at) { return static_cast<std::uint8_t>(form[at]); };
    const Pattern pattern = {byteAt(m_lower, m_rare), byteAt(m_upper, m_rare), byteAt(m_lower, m_secondRare),
                             byteAt(m_upper, m_secondRare)};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    alignas(kBlock) std::array<std::uint8_t, kBlock> hits;
    for (std::size_t at = 0; at < places; at += kBlock) {
        const std::size_t block = std::min(at, places - kBlock); // the last block overlaps the one before
        candidates(bytes + block + m_rare, bytes + block + m_secondRare, pattern, hits.data());
        for (std::size_t word = 0; word < kBlock; word += sizeof(std::uint64_t)) {
            std::uint64_t any = 0;
            std::memcpy(&any, hits.data() + word, sizeof any);
            if (any == 0)
                continue;
            for (std::size_t i = word; i < word + sizeof any; ++i)
                if (hits[i] != 0 && matchesAt(text.data() + block + i))
                    return true;
        }
    }
    return false;
}

} // namespace vernier
