#include "core/base/sha256.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

/// SHA-256 with a block function of the caller's choice, padding written down a second time.
template <class Blocks>
std::string hashWith(Blocks blocks, std::string_view text) {
    std::vector<std::uint8_t> padded(text.begin(), text.end());
    padded.push_back(0x80);
    while (padded.size() % 64 != 56)
        padded.push_back(0);
    for (int shift = 56; shift >= 0; shift -= 8)
        padded.push_back(static_cast<std::uint8_t>((std::uint64_t{text.size()} * 8) >> shift));
    Sha256State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    blocks(state, padded.data(), padded.size() / 64);
    Sha256Digest digest;
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    return toHex(digest);
}

struct Vector {
    std::string text;
    std::string_view hash;
};

// FIPS 180-4, RFC 6234 and NIST's SHAVS (byte-oriented short messages).
std::vector<Vector> standardVectors() {
    return {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
            {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
            {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
             "nopqrstu",
             "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
            {"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
            {"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
            {"\x74\xba\x25\x21", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
            {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
}

TEST(Sha256, EveryWayOfTakingBlocksMeetsTheStandardsVectors) {
    for (const Vector& vector : standardVectors()) {
        EXPECT_EQ(sha256(vector.text), vector.hash);
        EXPECT_EQ(hashWith(sha256BlocksPortable, vector.text), vector.hash);
        if (hasShaExtensions()) {
            EXPECT_EQ(hashWith(sha256BlocksExtended, vector.text), vector.hash);
        }
    }
}

TEST(Sha256, TheExtensionsGiveWhatTheStandardsWordsGive) {
    if (!hasShaExtensions())
        GTEST_SKIP() << "this processor has no SHA extensions";
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string text(random() % 3000, '\0');
        for (char& c : text)
            c = static_cast<char>(random());
        // At an odd address too: nothing promises alignment.
        const auto shifted = std::string_view(text).substr(std::min<std::size_t>(text.size(), random() % 4));
        ASSERT_EQ(hashWith(sha256BlocksExtended, shifted), hashWith(sha256BlocksPortable, shifted)) << shifted.size();
        ASSERT_EQ(sha256(shifted), hashWith(sha256BlocksPortable, shifted)) << shifted.size();
    }
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
    std::string text;
    for (int i = 0; i < 300; ++i)
        text += static_cast<char>(i);
    for (const std::size_t piece : {1, 7, 63, 64, 65, 128}) {
        Sha256 hash;
        for (std::size_t at = 0; at < text.size(); at += piece)
            hash.update(std::string_view(text).substr(at, piece));
        EXPECT_EQ(hash.finish(), sha256(text)) << piece;
    }
}

TEST(Sha256, DigestsComeBackFromTheirHexDigits) {
    Sha256 hash;
    hash.update("abc");
    const Sha256Digest digest = hash.digest();
    EXPECT_EQ(toHex(digest), sha256("abc"));
    EXPECT_EQ(digestFromHex(sha256("abc")), digest);
    const std::string good(64, 'B');
    EXPECT_TRUE(digestFromHex(good));
    for (const std::string& bad :
         {std::string(), good.substr(1), good + "0", "-" + good.substr(1), " " + good.substr(1)})
        EXPECT_FALSE(digestFromHex(bad)) << bad;
}

} // namespace
} // namespace vernier
