#include "core/base/sha256.h"
#include "core/store/artefact_cache.h"
#include "tests/support/caught_error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/test_files.h"

#include <array>
#include <chrono>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::caughtError;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ArtefactCacheTest : public testing::Test {
protected:
    static void saveValue(const ArtefactCache& cache, const json& inputs, double value) {
        cache.save(inputs, [&](H5File& file) { file.write("value", std::array{value}); });
    }

    static std::optional<double> loadValue(const ArtefactCache& cache, const std::string& key) {
        std::optional<double> value;
        const bool isThere = cache.load(key, [&](const H5File& file) { value = file.readDoubles("value").at(0); });
        EXPECT_EQ(isThere, value.has_value());
        return value;
    }

    fs::path fileOf(const std::string& key) const { return cache.folder() / key.substr(0, 2) / (key + ".h5"); }

    std::vector<std::string> filesInCache() const {
        std::vector<std::string> names;
        if (fs::exists(cache.folder()))
            for (const auto& entry : fs::recursive_directory_iterator(cache.folder()))
                if (entry.is_regular_file())
                    names.push_back(entry.path().filename().string());
        return names;
    }

    test::TemporaryFolder folder;
    std::vector<std::string> warnings;
    ArtefactCache cache{folder / "cache", [this](const std::string& line) { warnings.push_back(line); }};
    json inputs{{"kind", "test"}, {"version", 1}, {"bits", 3}};
    std::string key = ArtefactCache::key(inputs);
};

TEST_F(ArtefactCacheTest, KeyIsTheDigestOfTheSortedJson) {
    EXPECT_EQ(key, sha256(R"({"bits":3,"kind":"test","version":1})"));
    json other;
    other["version"] = 1;
    other["kind"] = "test";
    other["bits"] = 3;
    EXPECT_EQ(ArtefactCache::key(other), key);
    other["bits"] = 4;
    EXPECT_NE(ArtefactCache::key(other), key);
}

TEST_F(ArtefactCacheTest, GivesBackWhatWasSaved) {
    EXPECT_FALSE(cache.has(key));
    EXPECT_EQ(loadValue(cache, key), std::nullopt);
    saveValue(cache, inputs, 0.1);
    EXPECT_TRUE(cache.has(key));
    EXPECT_EQ(loadValue(cache, key), 0.1);
    EXPECT_THAT(filesInCache(), ElementsAre(key + ".h5"));
    EXPECT_EQ(H5File::openRead(fileOf(key)).readAttribute("inputs"), inputs.dump());
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(ArtefactCacheTest, LargeInputsAreRecordedToo) {
    inputs["blocks"] = std::vector<std::string>(2000, std::string(64, 'a'));
    saveValue(cache, inputs, 2);
    EXPECT_EQ(loadValue(cache, ArtefactCache::key(inputs)), 2.0);
}

TEST_F(ArtefactCacheTest, DamagedArtefactIsWarnedOfRemovedAndAbsent) {
    const std::string damages[] = {"", "not HDF5", std::string(5000, '\0')};
    for (const std::string& bytes : damages) {
        warnings.clear();
        saveValue(cache, inputs, 1);
        test::put(fileOf(key), bytes);
        EXPECT_EQ(loadValue(cache, key), std::nullopt);
        EXPECT_FALSE(fs::exists(fileOf(key)));
        EXPECT_THAT(warnings, ElementsAre(AllOf(HasSubstr(fileOf(key).string()), HasSubstr("removed"))));
    }
    saveValue(cache, inputs, 1);
    EXPECT_EQ(loadValue(cache, key), 1.0);
}

TEST_F(ArtefactCacheTest, ArtefactUnderAForeignNameIsRemoved) {
    saveValue(cache, inputs, 1);
    const std::string other = ArtefactCache::key({{"kind", "other"}});
    fs::create_directories(fileOf(other).parent_path());
    fs::copy_file(fileOf(key), fileOf(other));
    EXPECT_EQ(loadValue(cache, other), std::nullopt);
    EXPECT_FALSE(cache.has(other));
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("holds the result of other inputs")));
    EXPECT_EQ(loadValue(cache, key), 1.0);
}

TEST_F(ArtefactCacheTest, BadContentIsRemovedButOtherErrorsComeThrough) {
    saveValue(cache, inputs, 1);
    const auto throwing = [](ErrorKind kind) {
        return [kind](const H5File&) { throw Error(kind, "histogram", "is odd"); };
    };
    EXPECT_EQ(caughtError([&] { cache.load(key, throwing(ErrorKind::Cancelled)); })->kind(), ErrorKind::Cancelled);
    EXPECT_TRUE(cache.has(key));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_FALSE(cache.load(key, throwing(ErrorKind::Input)));
    EXPECT_FALSE(cache.has(key));
    EXPECT_THAT(warnings, ElementsAre(AllOf(HasSubstr(fileOf(key).string()), HasSubstr("histogram: is odd"))));
}

TEST_F(ArtefactCacheTest, KeysThatAreNoDigestsNameNothing) {
    const fs::path victim = folder / "victim.h5";
    test::put(victim, "precious");
    for (const std::string& bad : {std::string(), std::string("ab"), std::string("../../victim"), "ab/../../" + key,
                                   std::string(64, 'A'), std::string("../../../") + std::string(55, 'a')}) {
        EXPECT_FALSE(cache.has(bad));
        EXPECT_EQ(loadValue(cache, bad), std::nullopt);
    }
    EXPECT_EQ(test::get(victim), "precious");
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(ArtefactCacheTest, FailedWritingLeavesTheOldArtefactAndNothingElse) {
    saveValue(cache, inputs, 1);
    const auto error = caughtError([&] {
        cache.save(inputs, [](H5File& file) {
            file.write("value", std::array{2.0});
            throw Error(ErrorKind::Cancelled, "job", "was stopped");
        });
    });
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
    EXPECT_THAT(filesInCache(), ElementsAre(key + ".h5"));
    EXPECT_EQ(loadValue(cache, key), 1.0);
}

TEST_F(ArtefactCacheTest, UnwritableFolderIsNamedWithARemedy) {
    test::put(folder / "file", "x");
    const ArtefactCache below(folder / "file" / "cache");
    const auto error = caughtError([&] { saveValue(below, inputs, 1); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Io);
    EXPECT_THAT(error->what(), AllOf(HasSubstr((folder / "file" / "cache").string()), HasSubstr("VERNIER_CACHE")));
    EXPECT_FALSE(below.has(key));
}

TEST_F(ArtefactCacheTest, FullDiskIsNamedWithARemedyAndLeavesNothing) {
    std::vector<double> values(10000);
    std::iota(values.begin(), values.end(), 0.123);
    const auto save = [&] { cache.save(inputs, [&](H5File& file) { file.write("value", values); }); };
    {
        const test::FileSizeLimit limit(3000);
        const auto error = caughtError(save);
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Io);
        EXPECT_THAT(error->what(), AllOf(HasSubstr(cache.folder().string()), HasSubstr("free disk space")));
    }
    EXPECT_THAT(filesInCache(), IsEmpty());
    save();
    EXPECT_EQ(loadValue(cache, key), 0.123);
}

TEST_F(ArtefactCacheTest, RemovesOldLeftoversBesideTheArtefact) {
    const fs::path beside = fileOf(key).parent_path();
    test::put(beside / ".x.h5.1-0.tmp", "old");
    test::put(beside / ".y.h5.2-0.tmp", "young");
    test::put(beside / "notes.txt", "foreign");
    for (const char* name : {".x.h5.1-0.tmp", "notes.txt"})
        fs::last_write_time(beside / name, fs::file_time_type::clock::now() - std::chrono::hours(25));
    saveValue(cache, inputs, 1);
    EXPECT_THAT(filesInCache(), testing::UnorderedElementsAre(".y.h5.2-0.tmp", "notes.txt", key + ".h5"));
}

TEST_F(ArtefactCacheTest, LoadingMarksTheArtefactAsUsed) {
    saveValue(cache, inputs, 1);
    const auto longAgo = fs::file_time_type::clock::now() - std::chrono::hours(1000);
    fs::last_write_time(fileOf(key), longAgo);
    loadValue(cache, key);
    EXPECT_GT(fs::last_write_time(fileOf(key)), longAgo + std::chrono::hours(900));
}

TEST_F(ArtefactCacheTest, SavingTheSameFromManyThreadsIsFine) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int round = 0; round < 5; ++round) {
                saveValue(cache, inputs, 7);
                EXPECT_EQ(loadValue(cache, key), 7.0);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(filesInCache(), ElementsAre(key + ".h5"));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(ArtefactCacheTest, InputsMustBeUtf8) {
    inputs["path"] = "\xff";
    EXPECT_EQ(caughtError([&] { ArtefactCache::key(inputs); })->kind(), ErrorKind::Input);
}

} // namespace
} // namespace vernier
