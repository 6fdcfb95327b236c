#include "core/base/sha256_blocks.h"
#include "core/base/sha256_rounds.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace vernier {

#if defined(__x86_64__)

bool hasShaExtensions() {
    constexpr unsigned kSse41 = 1u << 19, kSsse3 = 1u << 9, kSha = 1u << 29;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & kSse41) || !(c & kSsse3))
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & kSha);
}

// The instructions keep the eight words as two registers, ABEF and CDGH, and take the message four words at a time:
// register i mod 4 holds words 4i to 4i + 3 when round group i is at it, and the next ones come from the last four.
__attribute__((target("sha,sse4.1,ssse3"))) void sha256BlocksExtended(Sha256State& state, const std::uint8_t* data,
                                                                      std::size_t blocks) {
    const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    auto* const words = reinterpret_cast<__m128i*>(state.data());
    const __m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xB1);
    const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1B);
    __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);

    for (; blocks > 0; --blocks, data += 64) {
        const __m128i abefBefore = abef, cdghBefore = cdgh;
        __m128i message[4];
        for (int i = 0; i < 4; ++i)
            message[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data) + i), bigEndian);
#pragma GCC unroll 16
        for (unsigned group = 0; group < 16; ++group) {
            __m128i& now = message[group % 4];
            const __m128i& last = message[(group + 3) % 4];
            if (group >= 4) {
                const __m128i sevenBack = _mm_alignr_epi8(last, message[(group + 2) % 4], 4);
                now = _mm_sha256msg1_epu32(now, message[(group + 1) % 4]);
                now = _mm_sha256msg2_epu32(_mm_add_epi32(now, sevenBack), last);
            }
            const auto* constants = reinterpret_cast<const __m128i*>(kSha256Rounds.data()) + group;
            const __m128i sum = _mm_add_epi32(now, _mm_load_si128(constants));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }

    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool hasShaExtensions() {
    return false;
}

void sha256BlocksExtended(Sha256State& state, const std::uint8_t* data, std::size_t blocks) {
    sha256BlocksPortable(state, data, blocks);
}

#endif

} // namespace vernier
