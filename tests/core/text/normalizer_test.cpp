#include "core/text/normalizer.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vernier {
namespace {

using nlohmann::json;

AlignedText normalized(const json& normalizer, std::string text) {
    AlignedText aligned(std::move(text), true);
    TextScratch scratch;
    readNormalizer(JsonView(normalizer, "test"))->normalize(aligned, scratch);
    return aligned;
}

std::string apply(std::string_view normalizer, std::string text) {
    return normalized(json::parse(normalizer), std::move(text)).text();
}

TEST(Normalizer, lowersEveryCharacterByItself) {
    EXPECT_EQ(apply(R"({"type": "Lowercase"})", "ÀÉ Straße ΟΔΟΣ"), "àé straße οδοσ");
    EXPECT_EQ(apply(R"({"type": "Lowercase"})", "\u0130x"), "i\u0307x");
}

TEST(Normalizer, stripsAccentsBehindDecomposition) {
    const char* both = R"({"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]})";
    EXPECT_EQ(apply(both, "Été à Kraków, Việt"), "Ete a Krakow, Viet");
    EXPECT_EQ(apply(R"({"type": "StripAccents"})", "é"), "é"); // composed: no mark of its own
}

TEST(Normalizer, stripsWhiteSpaceAtEitherEnd) {
    EXPECT_EQ(apply(R"({"type": "Strip", "strip_left": true, "strip_right": true})", " \u3000a b\n "), "a b");
    EXPECT_EQ(apply(R"({"type": "Strip", "strip_left": true, "strip_right": false})", " a "), "a ");
    EXPECT_EQ(apply(R"({"type": "Strip", "strip_left": false, "strip_right": true})", " a "), " a");
    EXPECT_EQ(apply(R"({"type": "Strip"})", " \t "), "");
    EXPECT_EQ(apply(R"({"type": "Strip"})", ""), "");
}

TEST(Normalizer, replacesTextsAndPatterns) {
    EXPECT_EQ(apply(R"({"type": "Replace", "pattern": {"String": "aa"}, "content": "b"})", "aaaca"), "baca");
    EXPECT_EQ(apply(R"({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"})", "a  b   c d"), "a▁b▁c d");
    EXPECT_EQ(apply(R"({"type": "Replace", "pattern": {"Regex": "x*"}, "content": "-"})", "axb"), "-a-b-");
}

TEST(Normalizer, cleansLikeNmt) {
    EXPECT_EQ(apply(R"({"type": "Nmt"})", "a\x01"
                                          "b\tc\u200bd\u2581e\u007f"),
              "ab c d e");
}

TEST(Normalizer, remembersWhereTextStemsFrom) {
    const AlignedText text = normalized(json::parse(R"({"type": "Sequence", "normalizers": [
        {"type": "Strip"}, {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, {"type": "Lowercase"}]})"),
                                        "  AB C ");
    ASSERT_EQ(text.text(), "▁ab▁c");
    EXPECT_TRUE(text.origin({0, 3}).empty());
    EXPECT_EQ(text.origin({0, 4}), (TextSpan{2, 3}));
    EXPECT_EQ(text.origin({3, 5}), (TextSpan{2, 4}));
    EXPECT_EQ(text.origin({5, 8}), (TextSpan{4, 5})); // the mark is the space
    EXPECT_EQ(text.origin({5, 9}), (TextSpan{4, 6}));
}

/// Builds the bytes of a character map: an array of units, laid out by hand, before the replacements.
std::string charsmap(const std::vector<std::pair<std::size_t, std::uint32_t>>& set, std::string_view replacements,
                     std::size_t size = 512) {
    std::vector<std::uint32_t> units(size);
    for (const auto& [at, unit] : set)
        units[at] = unit;
    std::string bytes;
    const auto append = [&](std::uint32_t word) {
        for (int shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>(word >> shift & 0xFF);
    };
    append(static_cast<std::uint32_t>(size * 4));
    for (const std::uint32_t unit : units)
        append(unit);
    return bytes + std::string(replacements);
}

constexpr std::uint32_t kLeaf = 1u << 8;

std::uint32_t inner(char label, std::uint32_t offset, bool leaf) {
    return static_cast<unsigned char>(label) | (leaf ? kLeaf : 0) | offset << 10;
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size() * 8; at += 6) {
        unsigned digit = 0;
        for (std::size_t bit = at; bit < at + 6; ++bit)
            digit = digit << 1 |
                    (bit / 8 < bytes.size() ? static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1u : 0);
        text += kAlphabet[digit];
    }
    return text;
}

json precompiled(const std::string& bytes) {
    return {{"type", "Precompiled"}, {"precompiled_charsmap", base64(bytes)}};
}

TEST(PrecompiledCharsmap, replacesTheShortestPrefixThatHasAReplacement) {
    // "x" becomes "yes", and so does "xz" but with another value, which the shorter one hides.
    const auto map =
        charsmap({{0, inner('\0', 256, false)}, {256 ^ 'x', inner('x', 1, true)}, {256 ^ 'x' ^ 1, 1u << 31 | 0}},
                 std::string_view("yes\0", 4));
    const AlignedText text = normalized(precompiled(map), "axb xx");
    EXPECT_EQ(text.text(), "ayesb yesyes");
    EXPECT_EQ(text.origin({2, 3}), (TextSpan{1, 2}));
}

TEST(PrecompiledCharsmap, keepsTextWithoutMap) {
    EXPECT_EQ(apply(R"({"type": "Precompiled", "precompiled_charsmap": null})", "e\u0301"), "e\u0301");
}

TEST(PrecompiledCharsmap, refusesWhatLeadsOutside) {
    const auto refuses = [](const std::string& bytes) { EXPECT_THROW(normalized(precompiled(bytes), "x"), Error); };
    const std::string_view yes("yes\0", 4);
    refuses(charsmap({{0, inner('\0', 512, false)}}, yes));                // children behind the end
    refuses(charsmap({{0, 1u << 31}}, yes));                               // a root that is a value
    refuses(charsmap({{5, inner('x', 1, true)}, {4, 1u << 31 | 4}}, yes)); // behind the replacements
    refuses(charsmap({{5, inner('x', 1, true)}, {4, 1u << 31 | 1}}, std::string_view("é\0", 3))); // inside a character
    refuses(charsmap({}, "yes"));                                                                 // no end
    refuses(charsmap({}, std::string_view("\xFF\0", 2)));                                         // no UTF-8
    refuses(charsmap({}, yes, 100));                                                              // half a block
    refuses(charsmap({}, yes).substr(0, 200));
}

} // namespace
} // namespace vernier
