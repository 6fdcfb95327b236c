#include "core/base/sha256.h"
#include "core/store/h5_chunk.h"
#include "core/store/h5_file.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vernier {
namespace {

using Words = std::vector<std::uint32_t>;

class H5OlderTest : public testing::Test {
protected:
    test::TemporaryFolder folder;

    /// Two whole chunks and a part of a third.
    static Words words(std::uint32_t seed) {
        std::mt19937 random(seed);
        Words values(600'000);
        for (std::uint32_t& value : values)
            value = random() % 1000;
        return values;
    }
    static std::vector<std::uint8_t> digestsOf(const Words& values) {
        constexpr std::size_t kChunk = h5::kWholeChunkBytes / sizeof(std::uint32_t);
        std::vector<std::uint8_t> all;
        for (std::size_t first = 0; first < values.size(); first += kChunk) {
            Sha256 hash;
            hash.update(std::as_bytes(std::span(values).subspan(first, std::min(kChunk, values.size() - first))));
            const Sha256Digest digest = hash.digest();
            all.insert(all.end(), digest.begin(), digest.end());
        }
        return all;
    }
    /// A file that says its chunks hold one thing while they hold another, which nothing but taking them brings to
    /// light.
    std::shared_ptr<const H5File> misleading(const Words& said, const Words& held) {
        H5File file = H5File::create(folder / "older.h5");
        file.write("x", held);
        const auto digests = digestsOf(said);
        file.write("chunks/x", digests, {digests.size() / 32, 32});
        file.flush();
        return std::make_shared<const H5File>(H5File::openRead(folder / "older.h5"));
    }
    Words savedOver(std::shared_ptr<const H5File> older, const Words& values) {
        H5File file = H5File::create(folder / "new.h5");
        file.recognizeChunks(std::move(older));
        file.write("x", values);
        file.flush();
        return H5File::openRead(folder / "new.h5").readUint32("x");
    }
};

TEST_F(H5OlderTest, DigestsAreThoseOfTheChunks) {
    savedOver(nullptr, words(1));
    const H5File file = H5File::openRead(folder / "new.h5");
    EXPECT_EQ(file.readBytes("chunks/x"), digestsOf(words(1)));
    EXPECT_EQ(file.shape("chunks/x"), (H5File::Shape{3, 32}));
}

TEST_F(H5OlderTest, TakesChunksThatAreTheSame) {
    EXPECT_EQ(savedOver(misleading(words(1), words(2)), words(1)), words(2));
}

TEST_F(H5OlderTest, CompressesChunksThatDiffer) {
    Words changed = words(1);
    changed[300'000] += 1; // in the second chunk
    Words expected = words(2);
    std::copy(changed.begin() + (1 << 18), changed.begin() + (2 << 18), expected.begin() + (1 << 18));
    EXPECT_EQ(savedOver(misleading(words(1), words(2)), changed), expected);
}

TEST_F(H5OlderTest, TakesWhatStandsBeforeWhatWasAdded) {
    Words longer = words(1);
    longer.resize(700'000, 7);
    Words expected = longer;
    const Words held = words(2);
    std::copy(held.begin(), held.begin() + (2 << 18), expected.begin());
    EXPECT_EQ(savedOver(misleading(words(1), held), longer), expected);
}

TEST_F(H5OlderTest, DoesNotTakeDamagedChunks) {
    misleading(words(1), words(2));
    std::string bytes = test::get(folder / "older.h5");
    // Half of the file is in the midst of the second chunk.
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    test::put(folder / "older.h5", bytes);
    const auto older = std::make_shared<const H5File>(H5File::openRead(folder / "older.h5"));
    Words expected = words(2);
    const Words good = words(1);
    std::copy(good.begin() + (1 << 18), good.begin() + (2 << 18), expected.begin() + (1 << 18));
    EXPECT_EQ(savedOver(older, good), expected);
}

TEST_F(H5OlderTest, WantsTheSameTypeAndLayout) {
    H5File file = H5File::create(folder / "older.h5");
    const Words held = words(2);
    file.write("x", std::vector<std::int32_t>(held.begin(), held.end()));
    const auto digests = digestsOf(words(1));
    file.write("chunks/x", digests, {digests.size() / 32, 32});
    file.flush();
    const auto older = std::make_shared<const H5File>(H5File::openRead(folder / "older.h5"));
    EXPECT_EQ(savedOver(older, words(1)), words(1));
}

TEST_F(H5OlderTest, GivesTheSameBytesAsWritingAnew) {
    const auto save = [&](const char* name, std::shared_ptr<const H5File> older, const Words& values) {
        H5File file = H5File::create(folder / name);
        file.recognizeChunks(std::move(older));
        file.write("before", std::vector<double>(10, 1.5));
        file.write("x", values);
        // Incompressible, and in rows.
        std::vector<std::uint8_t> noise(40'000 * 32);
        std::independent_bits_engine<std::mt19937, 8, std::uint32_t> bits(3);
        for (std::uint8_t& byte : noise)
            byte = static_cast<std::uint8_t>(bits());
        file.write("noise", noise, {40'000, 32});
        file.flush();
    };
    save("first.h5", nullptr, words(1));
    Words longer = words(1);
    longer.push_back(9);
    save("anew.h5", nullptr, longer);
    save("over.h5", std::make_shared<const H5File>(H5File::openRead(folder / "first.h5")), longer);
    EXPECT_EQ(test::get(folder / "over.h5"), test::get(folder / "anew.h5"));
    EXPECT_EQ(H5File::openRead(folder / "over.h5").readUint32("x"), longer);
    EXPECT_LT(std::filesystem::file_size(folder / "anew.h5"), 2'600'000u);
}

TEST(ChunkGrid, CoversEveryElementOnceWhateverTheShape) {
    using Shape = std::vector<std::uint64_t>;
    for (const Shape& shape : {Shape{1}, Shape{700'001}, Shape{1500, 700}, Shape{3, 525'000}, Shape{1, 1}, Shape{5, 1},
                               Shape{2, 3, 600'000}, Shape{300'000, 3, 1}, Shape{7, 300'000, 1}}) {
        const h5::ChunkGrid grid(shape, 4);
        const auto elements = std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
        std::uint64_t next = 0;
        for (std::size_t i = 0; i < grid.chunks(); ++i) {
            const auto chunk = grid[i];
            ASSERT_EQ(chunk.first, next);
            std::uint64_t linear = 0;
            for (std::size_t d = 0; d < shape.size(); ++d) {
                ASSERT_EQ(chunk.place[d] % grid.chunkShape()[d], 0u);
                linear = linear * shape[d] + chunk.place[d];
            }
            ASSERT_EQ(linear, chunk.first);
            ASSERT_LE(chunk.count * 4, grid.chunkBytes());
            next += chunk.count;
        }
        EXPECT_EQ(next, elements);
        EXPECT_LE(grid.chunkBytes(), h5::kWholeChunkBytes);
    }
    EXPECT_EQ(h5::ChunkGrid({0, 8}, 4).chunks(), 0u);
}

} // namespace
} // namespace vernier
