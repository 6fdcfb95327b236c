#include "core/base/checksum.h"
#include "core/base/error.h"
#include "core/base/unnamed_file.h"
#include "tests/support/test_files.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <stop_token>

#include <gmock/gmock.h>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(UnnamedFile, IsSeenByNobodyUntilItIsPublished) {
    const test::TemporaryFolder folder;
    {
        UnnamedFile file(folder.path());
        file.write(3, bytes("def"));
        file.write(0, bytes("abc"));
        std::string text(6, ' ');
        file.read(0, std::as_writable_bytes(std::span(text)));
        EXPECT_EQ(text, "abcdef");
        EXPECT_THROW(file.read(4, std::as_writable_bytes(std::span(text))), Error);
    }
    EXPECT_EQ(filesIn(folder.path()), 0u);
}

TEST(UnnamedFile, PublishingReplacesWhatHadTheName) {
    const test::TemporaryFolder folder;
    test::put(folder / "a", "old");
    UnnamedFile file(folder.path());
    file.write(0, bytes("new"));
    EXPECT_EQ(test::get(folder / "a"), "old");
    file.publish(folder / "a");
    EXPECT_EQ(test::get(folder / "a"), "new");
    file.write(3, bytes("er"));
    EXPECT_EQ(test::get(folder / "a"), "newer");
    EXPECT_EQ(filesIn(folder.path()), 1u);
}

TEST(UnnamedFile, ACancelledPublishingLeavesTheOldFile) {
    const test::TemporaryFolder folder;
    test::put(folder / "a", "old");
    std::stop_source stop;
    stop.request_stop();
    const JobContext job(stop.get_token(), {}, {});
    {
        UnnamedFile file(folder.path());
        file.write(0, bytes("new"));
        EXPECT_THROW(file.publish(folder / "a", job), Error);
    }
    EXPECT_EQ(test::get(folder / "a"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1u);
}

TEST(UnnamedFile, StaysReadableWhenItsNameGoesToAnother) {
    const test::TemporaryFolder folder;
    UnnamedFile first(folder.path());
    first.write(0, bytes("1"));
    first.publish(folder / "a");
    UnnamedFile second(folder.path());
    second.write(0, bytes("2"));
    second.publish(folder / "a");
    std::string text(1, ' ');
    first.read(0, std::as_writable_bytes(std::span(text)));
    EXPECT_EQ(text, "1");
    EXPECT_EQ(test::get(folder / "a"), "2");
}

TEST(UnnamedFile, NamesTheFolderThatTakesNone) {
    EXPECT_THAT([] { UnnamedFile("/nowhere/at/all"); }, ThrowsMessage<Error>(HasSubstr("/nowhere/at/all")));
}

TEST(Checksum, TellsEveryFlippedBitLengthAndOrder) {
    std::string text(100, 'a');
    std::set<std::uint64_t> seen = {checksum(bytes(text)), checksum({}), checksum(bytes(text + '\0')),
                                    checksum(bytes(text).subspan(1))};
    EXPECT_EQ(seen.size(), 4u);
    for (char& c : text)
        for (int bit = 0; bit < 8; ++bit) {
            c = static_cast<char>(c ^ (1 << bit));
            EXPECT_TRUE(seen.insert(checksum(bytes(text))).second);
            c = static_cast<char>(c ^ (1 << bit));
        }
    std::string swapped = std::string(8, '1') + std::string(8, '2');
    std::string other = std::string(8, '2') + std::string(8, '1');
    EXPECT_NE(checksum(bytes(swapped + swapped)), checksum(bytes(other + other)));
}

} // namespace
} // namespace vernier
