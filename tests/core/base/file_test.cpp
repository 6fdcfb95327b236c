#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_file.h"
#include "tests/support/test_files.h"

#include <csignal>
#include <filesystem>
#include <sys/resource.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(WriteFile, ReplacesWholeFilesOnly) {
    const test::TemporaryFolder folder;
    writeFile(folder / "a", "first");
    writeFile(folder / "a", "second");
    EXPECT_EQ(test::get(folder / "a"), "second");
    EXPECT_THROW(replaceFile(folder / "a",
                             [](const fs::path& temporary) {
                                 test::put(temporary, "half");
                                 throw Error(ErrorKind::Internal, {}, "stop");
                             }),
                 Error);
    EXPECT_EQ(test::get(folder / "a"), "second");
    EXPECT_EQ(filesIn(folder.path()), 1u); // the temporary file is gone
}

TEST(WriteFile, KeepsTheOldContentWhenTheDiskIsFull) {
    const test::TemporaryFolder folder;
    writeFile(folder / "a", "old");
    // A file-size limit stands in for the full disk: write() fails the same way.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit tight{1024, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    EXPECT_THAT([&] { writeFile(folder / "a", std::string(100000, 'x')); },
                ThrowsMessage<Error>(HasSubstr("cannot be written")));
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(test::get(folder / "a"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1u);
}

TEST(WriteFile, NamesTheFolderItCannotWriteTo) {
    EXPECT_THAT([] { writeFile("/proc/nowhere/a", "x"); }, ThrowsMessage<Error>(HasSubstr("/proc/nowhere")));
}

TEST(ReadFile, RefusesFoldersAbsentAndOversizedFiles) {
    const test::TemporaryFolder folder;
    test::put(folder / "a", "12345");
    EXPECT_EQ(readFile(folder / "a", 5), "12345");
    EXPECT_THAT([&] { readFile(folder / "a", 4); }, ThrowsMessage<Error>(HasSubstr("more than the 4 allowed")));
    EXPECT_THAT([&] { readFile(folder.path(), 4); }, ThrowsMessage<Error>(HasSubstr("not a regular file")));
    EXPECT_THAT([&] { readFile(folder / "b", 4); }, ThrowsMessage<Error>(HasSubstr("check the path")));
}

TEST(MappedFile, ShowsTheBytesAndMoves) {
    const test::TemporaryFolder folder;
    test::put(folder / "a", "abc");
    MappedFile file(folder / "a");
    const MappedFile moved = std::move(file);
    EXPECT_EQ(moved.bytes().size(), 3u);
    EXPECT_EQ(static_cast<char>(moved.bytes()[2]), 'c');
    test::put(folder / "empty", "");
    EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(ReadJson, NamesTheByteWhereItBreaks) {
    const test::TemporaryFolder folder;
    test::put(folder / "a.json", R"({"x": [1, 2)");
    EXPECT_THAT([&] { readJson(folder / "a.json"); }, ThrowsMessage<Error>(HasSubstr("a.json, byte 12")));
}

} // namespace
} // namespace vernier
