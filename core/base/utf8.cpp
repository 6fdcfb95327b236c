#include "core/base/utf8.h"

namespace vernier {

namespace {

/// Length of the valid sequence at text[at], or 0; bad receives the length of the maximal invalid prefix.
std::size_t sequenceLength(std::string_view text, std::size_t at, std::size_t& bad) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    bad = 1;
    if (lead < 0x80)
        return 1;
    std::size_t length = 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF)
        length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        if (lead == 0xE0)
            low = 0xA0;
        if (lead == 0xED)
            high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        if (lead == 0xF0)
            low = 0x90;
        if (lead == 0xF4)
            high = 0x8F;
    } else
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high) {
            bad = i;
            return 0;
        }
        low = 0x80, high = 0xBF;
    }
    return length;
}

} // namespace

std::size_t countInvalidUtf8(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0, bad = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at, bad);
        count += length == 0;
        at += length ? length : bad;
    }
    return count;
}

RepairedText repairUtf8(std::string_view text) {
    RepairedText repaired;
    repaired.text.reserve(text.size());
    for (std::size_t at = 0, bad = 0; at < text.size();) {
        if (const std::size_t length = sequenceLength(text, at, bad)) {
            repaired.text.append(text, at, length);
            at += length;
        } else {
            repaired.text += "\xEF\xBF\xBD";
            ++repaired.replacements;
            at += bad;
        }
    }
    return repaired;
}

std::size_t wholeCharacters(std::string_view bytes) {
    std::size_t at = bytes.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if (byte < 0x80)
            break;
        if (byte >= 0xc0) { // a leading byte: is all it announces there?
            const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
            if (back < length)
                at = bytes.size() - back;
            break;
        }
    }
    return at;
}

char32_t nextCodePoint(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80)
        return lead;
    const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    auto code = static_cast<char32_t>(lead & (0x3F >> extra));
    for (int i = 0; i < extra && at < text.size(); ++i)
        code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
    return code;
}

void appendUtf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

} // namespace vernier
