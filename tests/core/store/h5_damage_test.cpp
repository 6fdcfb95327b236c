#include "core/store/h5_file.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <array>
#include <random>

#include <gmock/gmock.h>

// HDF5 1.10 itself loses a few hundred bytes when it gives up on a damaged file; the leak checker shall not mind.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}

namespace vernier {
namespace {

using test::caughtError;

// Everything in a small file that has each kind of thing Vernier stores.
struct Content {
    std::vector<float> floats;
    std::vector<std::uint64_t> counts;
    std::vector<std::string> texts;
    std::string attribute, longAttribute;
    bool operator==(const Content&) const = default;
};

Content sample() {
    Content content;
    for (int i = 0; i < 300; ++i)
        content.floats.push_back(static_cast<float>(i % 17) * 0.37f);
    content.counts = {0, 0, 0, 0, 70000, 1};
    content.texts = {"first", "", "the second text"};
    content.attribute = R"({"kind":"block_statistics"})";
    content.longAttribute.assign(61000, 'z');
    return content;
}

void writeContent(const std::filesystem::path& path, const Content& content) {
    H5File file = H5File::create(path);
    file.writeAttribute("inputs", content.attribute);
    file.writeAttribute("long", content.longAttribute);
    file.write("taps/0/values", content.floats, {3, 100});
    file.write("taps/0/counts", content.counts);
    file.writeTexts("names", content.texts);
    file.flush();
}

Content readContent(const std::filesystem::path& path) {
    const H5File file = H5File::openRead(path);
    return {file.readFloats("taps/0/values"), file.readUint64("taps/0/counts"), file.readTexts("names"),
            file.readAttribute("inputs"), file.readAttribute("long")};
}

class H5DamageTest : public testing::Test {
protected:
    H5DamageTest() {
        writeContent(folder / "whole.h5", original);
        whole = test::get(folder / "whole.h5");
    }

    // Whether reading either refuses the bytes as bad input or gives what was written.
    testing::AssertionResult isNotFooledBy(const std::string& bytes) {
        replace(bytes);
        try {
            if (readContent(path) == original)
                return testing::AssertionSuccess();
            return testing::AssertionFailure() << "other content was read";
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Input)
                return testing::AssertionSuccess();
            return testing::AssertionFailure() << error.what();
        }
    }

    // A fresh file each time: file systems flush one that was cut to nothing and written again, which takes long.
    void replace(const std::string& bytes) {
        std::filesystem::remove(path);
        test::put(path, bytes);
    }

    test::TemporaryFolder folder;
    std::filesystem::path path = folder / "damaged.h5";
    Content original = sample();
    std::string whole;
};

TEST_F(H5DamageTest, EveryFlippedByteIsNoticedOrHarmless) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(at % 255 + 1));
        ASSERT_TRUE(isNotFooledBy(bytes)) << "byte " << at;
    }
}

TEST_F(H5DamageTest, EveryTruncationIsNoticed) {
    for (std::size_t length = 0; length < whole.size(); length += length < 200 ? 1 : 37) {
        replace(whole.substr(0, length));
        const auto error = caughtError([&] { readContent(path); });
        ASSERT_TRUE(error) << length;
        ASSERT_EQ(error->kind(), ErrorKind::Input) << error->what();
    }
}

TEST_F(H5DamageTest, ZeroFilledHolesAreNoticedOrHarmless) {
    for (const std::size_t hole : {16u, 64u, 512u})
        for (std::size_t at = 0; at + hole <= whole.size(); at += hole / 2) {
            std::string bytes = whole;
            bytes.replace(at, hole, hole, '\0');
            ASSERT_TRUE(isNotFooledBy(bytes)) << hole << " bytes at " << at;
        }
}

TEST_F(H5DamageTest, RandomBytesAreNoticed) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::string bytes = whole;
        const std::size_t first = round % 2 ? 0 : 48; // with and without a superblock that looks right
        for (std::size_t at = first; at < bytes.size(); ++at)
            bytes[at] = static_cast<char>(random());
        ASSERT_TRUE(isNotFooledBy(bytes)) << "round " << round;
    }
}

TEST_F(H5DamageTest, ManyFlippedBitsAreNoticedOrHarmless) {
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        std::string bytes = whole;
        for (int flips = 0; flips < 1 + round % 20; ++flips) {
            char& byte = bytes[random() % bytes.size()];
            byte = static_cast<char>(byte ^ (1 << random() % 8));
        }
        ASSERT_TRUE(isNotFooledBy(bytes)) << "round " << round;
    }
}

TEST_F(H5DamageTest, MessageNamesDatasetAndCause) {
    // Which bytes hold the values is HDF5's business: the one that only reading the values notices is looked for.
    std::string message;
    for (std::size_t at = 48; at < whole.size() && message.find("Fletcher32") == std::string::npos; ++at) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        replace(bytes);
        if (const auto error = caughtError([&] { H5File::openRead(path).readFloats("taps/0/values"); }))
            message = error->what();
    }
    EXPECT_THAT(message, testing::HasSubstr("damaged.h5: taps/0/values: cannot be read (data error detected by "
                                            "Fletcher32 checksum)"));
}

} // namespace
} // namespace vernier
