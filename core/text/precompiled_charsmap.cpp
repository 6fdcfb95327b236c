#include "core/text/precompiled_charsmap.h"

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/text/base64.h"
#include "core/text/unicode_form.h"

#include <cstring>

#include <utf8proc.h>

namespace vernier {

namespace {

// The layout of a unit: an inner one holds label, leaf flag and offset, a value has the highest bit set.
constexpr std::uint32_t kValueFlag = 1u << 31;

bool hasLeaf(std::uint32_t unit) {
    return (unit >> 8 & 1) != 0;
}
std::uint32_t valueOf(std::uint32_t unit) {
    return unit & ~kValueFlag;
}
std::uint32_t labelOf(std::uint32_t unit) {
    return unit & (kValueFlag | 0xFF);
}
std::size_t offsetOf(std::uint32_t unit) {
    return std::size_t{unit >> 10} << ((unit & 1u << 9) >> 6);
}

constexpr std::size_t kUnitBlock = 256; // children of a unit lie in one block
constexpr std::size_t kLongestCluster = 5;

/// Says whether a character of text begins at a byte.
bool isBorder(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

[[noreturn]] void damaged(const std::string& place, const char* problem) {
    throw Error(ErrorKind::Input, place, problem, "download or export the file again");
}

} // namespace

PrecompiledCharsmap::PrecompiledCharsmap(std::string_view bytes, const std::string& place) {
    std::uint32_t trieBytes = 0;
    if (bytes.size() < sizeof trieBytes)
        damaged(place, "is too short for a character map");
    std::memcpy(&trieBytes, bytes.data(), sizeof trieBytes);
    bytes.remove_prefix(sizeof trieBytes);
    if (trieBytes == 0 || trieBytes % (kUnitBlock * sizeof(std::uint32_t)) != 0 || trieBytes > bytes.size())
        damaged(place, "says that its trie has an impossible size");
    m_units.resize(trieBytes / sizeof(std::uint32_t));
    std::memcpy(m_units.data(), bytes.data(), trieBytes);
    m_replacements = bytes.substr(trieBytes);
    if (m_replacements.empty() || m_replacements.back() != '\0' || countInvalidUtf8(m_replacements) > 0)
        damaged(place, "holds replacements that are no UTF-8 or do not end");
    for (std::size_t at = 0; at < m_units.size(); ++at) {
        const std::uint32_t unit = m_units[at];
        if (unit & kValueFlag)
            continue;
        const std::size_t children = at ^ offsetOf(unit);
        if (children >= m_units.size()) // with it its whole block is inside, for the size is a multiple of blocks
            damaged(place, "holds a trie that points outside itself");
        if (hasLeaf(unit) && !isBorder(m_replacements, valueOf(m_units[children])))
            damaged(place, "holds a trie that points outside the replacements or into a character");
    }
    if (m_units.front() & kValueFlag)
        damaged(place, "holds a trie without root");
}

std::optional<std::string_view> PrecompiledCharsmap::replacement(std::string_view text) const {
    std::size_t at = offsetOf(m_units[0]);
    for (const char byte : text) {
        const auto label = static_cast<unsigned char>(byte);
        if (label == 0)
            break;
        at ^= label;
        const std::uint32_t unit = m_units[at];
        if (labelOf(unit) != label)
            break;
        at ^= offsetOf(unit);
        if (hasLeaf(unit))
            return std::string_view(m_replacements.c_str() + valueOf(m_units[at]));
    }
    return std::nullopt;
}

PrecompiledNormalizer::PrecompiledNormalizer(const JsonView& json) {
    if (!json.has("precompiled_charsmap"))
        return;
    const JsonView map = json.at("precompiled_charsmap");
    const auto bytes = decodeBase64(map.string());
    if (!bytes)
        map.fail("is not base64");
    if (!bytes->empty())
        m_map.emplace(*bytes, json.file() + ", " + map.key());
}

void PrecompiledNormalizer::normalize(AlignedText& text, TextScratch& scratch) const {
    if (!m_map)
        return;
    // The map holds letters with all their marks apart, not a composed letter with one more mark ("ê" and an acute).
    // The reference ids want those composed too, as the NFKC that the map stands for does; the Rust library and
    // sentencepiece leave such a mark alone. Text in NFC, which is nearly all there is, gives the same ids either way.
    normalizeUnicode(text, UnicodeForm::Nfc, scratch.pacer);
    const std::string_view source = text.text();
    TextRewriter rewriter(text);
    const auto rewrite = [&](std::size_t begin, std::size_t end) {
        const auto written = m_map->replacement(source.substr(begin, end - begin));
        if (!written)
            return false;
        rewriter.keep(begin);
        rewriter.replace(end, *written);
        return true;
    };
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t begin = at;
        utf8proc_int32_t state = 0;
        auto character = static_cast<utf8proc_int32_t>(nextCodePoint(source, at));
        while (at < source.size()) {
            std::size_t behind = at;
            const auto next = static_cast<utf8proc_int32_t>(nextCodePoint(source, behind));
            if (utf8proc_grapheme_break_stateful(character, next, &state))
                break;
            character = next;
            at = behind;
        }
        scratch.pacer.advance(at - begin);
        if (at - begin <= kLongestCluster && rewrite(begin, at))
            continue;
        for (std::size_t part = begin; part < at;) {
            const std::size_t partBegin = part;
            nextCodePoint(source, part);
            rewrite(partBegin, part);
        }
    }
    rewriter.finish();
}

} // namespace vernier
