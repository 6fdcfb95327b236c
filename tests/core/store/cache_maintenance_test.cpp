#include "core/base/error.h"
#include "core/base/file.h"
#include "core/calibrate/hidden_file.h"
#include "core/store/artefact_cache.h"
#include "core/store/cache_maintenance.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <gmock/gmock.h>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class CacheMaintenance : public testing::Test {
protected:
    test::TemporaryFolder folder;
    fs::path root = folder / "cache";
    ArtefactCache cache{root};
    JobContext job;

    static json inputs(int number) { return {{"kind", "test"}, {"number", number}}; }
    fs::path fileOf(int number) const {
        const std::string key = ArtefactCache::key(inputs(number));
        return root / key.substr(0, 2) / (key + ".h5");
    }
    /// Writes an artefact of some kilobytes, unused for so many hours.
    void save(const ArtefactCache& to, int number, int hours = 0) const {
        std::vector<double> values(1000);
        std::iota(values.begin(), values.end(), number * 0.37);
        to.save(inputs(number), [&](H5File& file) { file.write("value", values); });
        unuse(fileOf(number), hours);
    }
    static void unuse(const fs::path& file, int hours) {
        fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(hours));
    }
    fs::path saveCheckpoint(int hours = 0) const {
        const json what = {{"kind", "test checkpoint"}, {"number", 1}};
        const fs::path path = cache.checkpointPath(what);
        createFolders(path.parent_path());
        HiddenFile file(root, {4, 2, 2});
        const Matrix rows(2, 2);
        file.write(0, rows.view());
        file.write(1, rows.view());
        file.publish(path, 1, what.dump());
        unuse(path, hours);
        return path;
    }
    std::vector<std::string> kinds() {
        std::vector<std::string> all;
        for (const CacheEntry& entry : listCache(root, job))
            all.push_back(entry.kind);
        return all;
    }
    std::vector<int> left(int count) const {
        std::vector<int> numbers;
        for (int number = 0; number < count; ++number)
            if (fs::exists(fileOf(number)))
                numbers.push_back(number);
        return numbers;
    }
};

TEST_F(CacheMaintenance, ListsWhatIsThereByLastUse) {
    EXPECT_THAT(listCache(root, job), IsEmpty());
    save(cache, 1, 5);
    saveCheckpoint(3);
    save(cache, 2, 1);
    test::put(root / "ab" / ".x.h5.1-1.tmp", "half");
    unuse(root / "ab" / ".x.h5.1-1.tmp", 9);
    test::put(root / "ab" / "broken.h5", "no HDF5 file");
    unuse(root / "ab" / "broken.h5", 10);
    test::put(root / "models.json", "{}");
    test::put(root / "ab" / "notes.txt", "somebody's");
    EXPECT_THAT(kinds(), ElementsAre("test", "test checkpoint", "test", "left over", "damaged"));
    const auto entries = listCache(root, job);
    EXPECT_EQ(entries[0].inputs, inputs(2));
    EXPECT_EQ(entries[0].path, fileOf(2));
    EXPECT_EQ(entries[0].bytes, fs::file_size(fileOf(2)));
    EXPECT_EQ(entries[1].inputs["number"], 1);
}

TEST_F(CacheMaintenance, UsingAnArtefactMakesItTheMostRecent) {
    save(cache, 1, 5);
    save(cache, 2, 3);
    ASSERT_TRUE(cache.load(ArtefactCache::key(inputs(1)), [](const H5File&) {}));
    EXPECT_EQ(scanCache(root).front().path, fileOf(1));
}

TEST_F(CacheMaintenance, VerifyFindsEveryKindOfDamageAndChangesNothing) {
    for (int number = 0; number < 4; ++number)
        save(cache, number);
    const fs::path checkpoint = saveCheckpoint();
    EXPECT_THAT(verifyCache(root, job), IsEmpty());
    fs::resize_file(fileOf(0), fs::file_size(fileOf(0)) / 2);
    std::string bytes = test::get(fileOf(1)); // a bit of every byte in the second half
    std::for_each(bytes.begin() + std::ssize(bytes) / 2, bytes.end(),
                  [](char& byte) { byte = static_cast<char>(byte ^ 4); });
    test::put(fileOf(1), bytes);
    fs::copy_file(fileOf(2), fileOf(3), fs::copy_options::overwrite_existing); // another's result
    bytes = test::get(checkpoint);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    test::put(checkpoint, bytes);
    std::vector<fs::path> found;
    for (const CacheProblem& problem : verifyCache(root, job)) {
        found.push_back(problem.path);
        EXPECT_FALSE(problem.problem.empty());
    }
    EXPECT_THAT(found, UnorderedElementsAre(fileOf(0), fileOf(1), fileOf(3), checkpoint));
    EXPECT_EQ(scanCache(root).size(), 5u);
}

TEST_F(CacheMaintenance, VerifyStopsWhenAskedTo) {
    save(cache, 0);
    std::stop_source stop;
    stop.request_stop();
    JobContext cancelled(stop.get_token(), {}, {});
    const auto error = test::caughtError([&] { verifyCache(root, cancelled); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
}

TEST_F(CacheMaintenance, ClearRemovesByKindAndAge) {
    save(cache, 0, 100);
    save(cache, 1, 1);
    saveCheckpoint(100);
    ClearReport report = clearCache(root, {"test", 48h}, job);
    EXPECT_EQ(report.files, 1u);
    EXPECT_THAT(kinds(), ElementsAre("test", "test checkpoint"));
    report = clearCache(root, {"test checkpoint", std::nullopt}, job);
    EXPECT_EQ(report.files, 1u);
    const std::uint64_t bytes = fs::file_size(fileOf(1));
    test::put(root / "models.json", "{}");
    report = clearCache(root, {}, job);
    EXPECT_EQ(report.files, 1u);
    EXPECT_EQ(report.bytes, bytes);
    EXPECT_THAT(scanCache(root), IsEmpty());
}

TEST_F(CacheMaintenance, ClearLeavesWhatAnotherProcessMayBeWriting) {
    test::put(root / "ab" / ".x.h5.1-1.tmp", "half");
    EXPECT_EQ(clearCache(root, {}, job).files, 0u);
    unuse(root / "ab" / ".x.h5.1-1.tmp", 25);
    EXPECT_EQ(clearCache(root, {}, job).files, 1u);
}

TEST_F(CacheMaintenance, TrimRemovesTheLeastRecentlyUsedUntilItFits) {
    for (int number = 0; number < 5; ++number)
        save(cache, number, 10 - number);
    std::uint64_t all = 0;
    for (const CacheEntry& entry : scanCache(root))
        all += entry.bytes;
    EXPECT_EQ(trimCache(root, all, {}).files, 0u);
    EXPECT_EQ(trimCache(root, all - 1, {}).files, 1u);
    EXPECT_THAT(left(5), ElementsAre(1, 2, 3, 4));
    trimCache(root, all / 2, {fileOf(1)}); // two more have to go, and this one stays
    EXPECT_THAT(left(5), ElementsAre(1, 4));
}

TEST_F(CacheMaintenance, TrimLeavesWhatWasUsedDuringTheLastHour) {
    save(cache, 0, 0);
    save(cache, 1, 2);
    trimCache(root, 1, {});
    EXPECT_THAT(left(2), ElementsAre(0));
}

TEST_F(CacheMaintenance, SavingKeepsTheLimitAndWhatIsHeld) {
    for (int number = 0; number < 3; ++number)
        save(cache, number, 5);
    cache.setLimit(1);
    auto held = cache.hold({ArtefactCache::key(inputs(1))}, nullptr);
    save(cache, 3);
    EXPECT_THAT(left(4), ElementsAre(1, 3));
    // Held here, it counts as used for every other process too.
    EXPECT_LT(fs::file_time_type::clock::now() - fs::last_write_time(fileOf(1)), 1min);
    held.reset();
    unuse(fileOf(1), 5);
    save(cache, 4);
    EXPECT_THAT(left(5), ElementsAre(3, 4));
}

TEST_F(CacheMaintenance, AnotherCacheOnTheSameFolderRespectsAHold) {
    const auto held = cache.hold({ArtefactCache::key(inputs(0))}, nullptr);
    save(cache, 0, 5);
    save(cache, 1, 5);
    save(cache, 2);            // marks what is held
    ArtefactCache other(root); // as another process would have
    other.setLimit(1);
    save(other, 3);
    EXPECT_THAT(left(4), ElementsAre(0, 2, 3));
}

TEST_F(CacheMaintenance, AHeldCheckpointStays) {
    const fs::path checkpoint = saveCheckpoint(5);
    cache.setLimit(1);
    const auto held = cache.hold({}, json{{"kind", "test checkpoint"}, {"number", 1}});
    save(cache, 0);
    EXPECT_TRUE(fs::exists(checkpoint));
}

TEST_F(CacheMaintenance, AReaderReadsOnInAFileThatIsRemoved) {
    save(cache, 0, 5);
    const bool loaded = cache.load(ArtefactCache::key(inputs(0)), [&](const H5File& file) {
        trimCache(root, 1, {});
        EXPECT_EQ(file.readDoubles("value").size(), 1000u);
    });
    EXPECT_TRUE(loaded);
}

TEST_F(CacheMaintenance, ACancelledSaveLeavesNothing) {
    std::stop_source stop;
    const auto error = test::caughtError([&] {
        cache.save(
            inputs(0),
            [&](H5File& file) {
                file.write("first", std::array{1.0});
                stop.request_stop();
                file.write("second", std::array{1.0});
            },
            JobContext(stop.get_token(), {}, {}));
    });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
    EXPECT_THAT(scanCache(root), IsEmpty());
}

} // namespace
} // namespace vernier
