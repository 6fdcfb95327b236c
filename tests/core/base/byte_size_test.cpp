#include "core/base/byte_size.h"
#include "core/base/error.h"
#include "core/base/folders.h"

#include <cstdlib>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ByteSize, ReadsSizesAsPeopleWriteThem) {
    EXPECT_EQ(parseByteSize("4096", "limit"), 4096u);
    EXPECT_EQ(parseByteSize("6GB", "limit"), 6'000'000'000u);
    EXPECT_EQ(parseByteSize(" 1.5 G ", "limit"), 1'500'000'000u);
    EXPECT_EQ(parseByteSize("512 MiB", "limit"), 512u << 20);
    EXPECT_EQ(parseByteSize("2k", "limit"), 2000u);
    EXPECT_EQ(parseByteSize("1TiB", "limit"), std::uint64_t{1} << 40);
}

TEST(ByteSize, RefusesWhatIsNone) {
    for (const char* text :
         {"", "GB", "-1GB", "0", "0.1", "nan", "inf", "1e300", "1PB", "1 GBB", "1Gi B", "1iB", "6G6"})
        EXPECT_THAT([&] { parseByteSize(text, "--limit"); }, ThrowsMessage<Error>(HasSubstr("--limit"))) << text;
}

TEST(ByteSize, WritesThemShort) {
    EXPECT_EQ(byteSizeText(3'420'000'000), "3.42 GB");
    EXPECT_EQ(byteSizeText(980'000'000), "980.0 MB");
    EXPECT_EQ(byteSizeText(12'000), "12 kB");
}

TEST(CacheLimit, ComesFromTheEnvironment) {
    ::unsetenv("VERNIER_CACHE_LIMIT");
    EXPECT_EQ(cacheLimit(), 20'000'000'000u);
    ::setenv("VERNIER_CACHE_LIMIT", "3 GiB", 1);
    EXPECT_EQ(cacheLimit(), std::uint64_t{3} << 30);
    ::setenv("VERNIER_CACHE_LIMIT", "plenty", 1);
    EXPECT_THAT([] { cacheLimit(); }, ThrowsMessage<Error>(HasSubstr("VERNIER_CACHE_LIMIT")));
    ::unsetenv("VERNIER_CACHE_LIMIT");
}

} // namespace
} // namespace vernier
