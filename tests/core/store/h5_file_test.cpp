#include "core/store/h5_file.h"
#include "tests/support/caught_error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/test_files.h"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>

namespace vernier {
namespace {

using test::caughtError;
using testing::HasSubstr;

class H5FileTest : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::filesystem::path path = folder / "a.h5";
};

TEST_F(H5FileTest, GivesBackEveryTypeBitByBit) {
    const std::vector<float> floats{0.1f, -0.0f, std::numeric_limits<float>::infinity(), 1e-42f};
    const std::vector<double> doubles{0.1, std::numeric_limits<double>::denorm_min(), -1e308};
    const std::vector<std::uint8_t> bytes{0, 255, 7};
    const std::vector<std::int32_t> int32{std::numeric_limits<std::int32_t>::min(), 2147483647};
    const std::vector<std::uint32_t> uint32{0, 4294967295u};
    const std::vector<std::int64_t> int64{std::numeric_limits<std::int64_t>::min(), 5};
    const std::vector<std::uint64_t> uint64{std::numeric_limits<std::uint64_t>::max()};
    {
        H5File file = H5File::create(path);
        file.write("f", floats);
        file.write("deep/in/groups/d", doubles);
        file.write("b", bytes);
        file.write("i", int32);
        file.write("u", uint32);
        file.write("deep/l", int64);
        file.write("deep/in/ul", uint64);
        file.flush();
    }
    const H5File file = H5File::openRead(path);
    EXPECT_EQ(file.readFloats("f"), floats);
    EXPECT_TRUE(std::signbit(file.readFloats("f")[1]));
    EXPECT_EQ(file.readDoubles("deep/in/groups/d"), doubles);
    EXPECT_EQ(file.readBytes("b"), bytes);
    EXPECT_EQ(file.readInt32("i"), int32);
    EXPECT_EQ(file.readUint32("u"), uint32);
    EXPECT_EQ(file.readInt64("deep/l"), int64);
    EXPECT_EQ(file.readUint64("deep/in/ul"), uint64);
    EXPECT_TRUE(file.has("deep/in"));
    EXPECT_FALSE(file.has("deep/out"));
    EXPECT_FALSE(file.has(""));
}

TEST_F(H5FileTest, KeepsShapesOfManyChunksAndOfNothing) {
    std::vector<float> large(1500 * 700);
    std::iota(large.begin(), large.end(), 0.5f);
    {
        H5File file = H5File::create(path);
        file.write("large", large, {1500, 700});
        file.write("wide", large, {2, 525000});
        file.write("empty", std::span<const float>());
        file.write("none", std::span<const std::uint8_t>(), {0, 8});
    } // the destructor puts it on the disk
    const H5File file = H5File::openRead(path);
    EXPECT_EQ(file.shape("large"), (H5File::Shape{1500, 700}));
    EXPECT_EQ(file.readFloats("large"), large);
    EXPECT_EQ(file.readFloats("wide"), large);
    EXPECT_EQ(file.shape("none"), (H5File::Shape{0, 8}));
    EXPECT_TRUE(file.readFloats("empty").empty());
    EXPECT_TRUE(file.readBytes("none").empty());
}

TEST_F(H5FileTest, KeepsTextsOfAnyBytesAndLength) {
    const std::vector<std::string> texts{"", std::string("a\0b\0", 4), "Größe 大", std::string(300000, 'x'), ""};
    {
        H5File file = H5File::create(path);
        file.writeTexts("some/texts", texts);
        file.writeTexts("empty", std::vector<std::string>{"", ""});
        file.writeTexts("none", {});
        file.flush();
    }
    const H5File file = H5File::openRead(path);
    EXPECT_EQ(file.readTexts("some/texts"), texts);
    EXPECT_EQ(file.readTexts("empty"), (std::vector<std::string>{"", ""}));
    EXPECT_TRUE(file.readTexts("none").empty());
    EXPECT_EQ(file.readUint64("some/texts/offsets"), (std::vector<std::uint64_t>{0, 0, 4, 15, 300015, 300015}));
}

TEST_F(H5FileTest, KeepsAttributesOfAnyBytesAndLength) {
    const std::string beyondHdf5(200000, 'j'), withNul("a\0", 2), longest(60000, 'k');
    {
        H5File file = H5File::create(path);
        file.writeAttribute("short", "größer");
        file.writeAttribute("empty", "");
        file.writeAttribute("nul", withNul);
        file.writeAttribute("longest", longest);
        file.writeAttribute("long", beyondHdf5);
        file.flush();
    }
    const H5File file = H5File::openRead(path);
    EXPECT_EQ(file.readAttribute("short"), "größer");
    EXPECT_EQ(file.readAttribute("empty"), "");
    EXPECT_EQ(file.readAttribute("nul"), withNul);
    EXPECT_EQ(file.readAttribute("longest"), longest);
    EXPECT_EQ(file.readAttribute("long"), beyondHdf5);
    EXPECT_THAT(caughtError([&] { file.readAttribute("other"); })->what(), HasSubstr("a.h5: other: is missing"));
}

TEST_F(H5FileTest, GivesTheSameBytesForTheSameContent) {
    const auto writeAll = [&](const char* name) {
        H5File file = H5File::create(folder / name);
        file.write("x/y", std::array{1.0, 2.0});
        file.writeTexts("t", std::vector<std::string>{"a", "b"});
        file.writeAttribute("n", "v");
        file.flush();
    };
    writeAll("one.h5");
    std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // HDF5's time stamps count seconds
    writeAll("two.h5");
    EXPECT_EQ(test::get(folder / "one.h5"), test::get(folder / "two.h5"));
}

TEST_F(H5FileTest, CompressesWhatRepeats) {
    {
        H5File file = H5File::create(path);
        file.write("zeros", std::vector<float>(1 << 22));
        file.flush();
    }
    EXPECT_LT(std::filesystem::file_size(path), 200000u);
    EXPECT_EQ(H5File::openRead(path).readFloats("zeros"), std::vector<float>(1 << 22));
}

TEST_F(H5FileTest, NamesFileAndDatasetOfWhatDoesNotFit) {
    {
        H5File file = H5File::create(path);
        file.write("taps/min", std::array{1.0f});
        file.write("bad/bytes", std::array<std::uint8_t, 2>{});
        file.write("bad/offsets", std::array<std::uint64_t, 3>{0, 2, 1});
        file.flush();
    }
    const H5File file = H5File::openRead(path);
    const auto problemOf = [&](auto work) {
        const auto error = caughtError(work);
        EXPECT_EQ(error ? error->kind() : ErrorKind::Internal, ErrorKind::Input);
        return error ? std::string(error->what()) : std::string();
    };
    EXPECT_THAT(problemOf([&] { file.readFloats("taps/max"); }), HasSubstr("a.h5: taps/max: is missing"));
    EXPECT_THAT(problemOf([&] { file.readDoubles("taps/min"); }), HasSubstr("taps/min: holds values of another type"));
    EXPECT_THAT(problemOf([&] { file.readFloats("taps"); }), HasSubstr("taps: is not a readable dataset"));
    EXPECT_THAT(problemOf([&] { file.shape("taps/min/x"); }), HasSubstr("taps/min/x: is missing"));
    EXPECT_THAT(problemOf([&] { file.readTexts("bad"); }), HasSubstr("bad/offsets: does not divide 2 bytes"));
}

TEST_F(H5FileTest, RefusesShapesThatDoNotFitAndNamesGivenTwice) {
    H5File file = H5File::create(path);
    EXPECT_EQ(caughtError([&] { file.write("x", std::array{1.0f, 2.0f, 3.0f}, {2, 2}); })->kind(), ErrorKind::Internal);
    file.write("x", std::array{1.0f});
    const auto twice = caughtError([&] { file.write("x", std::array{1.0f}); });
    ASSERT_TRUE(twice);
    EXPECT_THAT(twice->what(), HasSubstr("a.h5: x: cannot be written"));
}

TEST_F(H5FileTest, TellsMissingForeignAndUnreachableFilesApart) {
    EXPECT_EQ(caughtError([&] { H5File::openRead(folder / "none.h5"); })->kind(), ErrorKind::Io);
    EXPECT_EQ(caughtError([&] { H5File::openRead(folder.path()); })->kind(), ErrorKind::Input);
    test::put(path, "");
    EXPECT_THAT(caughtError([&] { H5File::openRead(path); })->what(), HasSubstr("a.h5: is not an HDF5 file"));
    const auto error = caughtError([&] { H5File::create(path / "below.h5"); });
    EXPECT_EQ(error->kind(), ErrorKind::Io);
    EXPECT_THAT(error->what(), HasSubstr("below.h5: cannot be created (Not a directory)"));
}

TEST_F(H5FileTest, SaysThatTheDiskIsFullWhereverItEnds) {
    const auto writeAll = [&](const std::filesystem::path& where) {
        H5File file = H5File::create(where);
        std::vector<float> values(100000);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::sin(static_cast<float>(i));
        file.write("some/values", values);
        file.write("some/more", std::array{1.0});
        file.flush();
    };
    writeAll(path);
    const auto whole = std::filesystem::file_size(path);
    for (const double share : {0.0, 0.001, 0.3, 0.99}) {
        const test::FileSizeLimit limit(static_cast<std::uint64_t>(share * static_cast<double>(whole)));
        const auto error = caughtError([&] { writeAll(folder / "b.h5"); });
        ASSERT_TRUE(error) << share;
        EXPECT_EQ(error->kind(), ErrorKind::Io);
        EXPECT_THAT(error->what(), HasSubstr("b.h5: cannot be written"));
    }
    writeAll(folder / "b.h5");
    EXPECT_EQ(test::get(folder / "b.h5"), test::get(path));
}

TEST_F(H5FileTest, SaysThatTheDeviceIsFull) {
    if (!std::filesystem::exists("/dev/full"))
        GTEST_SKIP() << "needs /dev/full";
    const auto error = caughtError([&] {
        H5File file = H5File::create("/dev/full");
        file.write("x", std::array{1.0f});
        file.flush();
    });
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(),
                 "/dev/full: cannot be written (No space left on device); free disk space or choose another "
                 "folder");
}

TEST_F(H5FileTest, WorksFromManyThreads) {
    std::vector<std::thread> threads;
    std::array<bool, 4> isRight{};
    for (std::size_t t = 0; t < isRight.size(); ++t)
        threads.emplace_back([&, t] {
            const auto own = folder / std::to_string(t);
            const std::vector<double> values(5000, static_cast<double>(t));
            for (int round = 0; round < 5; ++round) {
                H5File file = H5File::create(own);
                file.write("a/b", values);
                file.flush();
                isRight[t] = H5File::openRead(own).readDoubles("a/b") == values;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(isRight, testing::Each(true));
}

} // namespace
} // namespace vernier
