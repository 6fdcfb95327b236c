#include "core/calibrate/hidden_states.h"
#include "tests/support/caught_error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/random_matrix.h"
#include "tests/support/test_files.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

namespace vernier {
namespace {

namespace fs = std::filesystem;
using test::caughtError;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Index kSequence = 3000, kWidth = 3, kTokens = 5 * kSequence; // chunks of two, two and one windows

class HiddenStatesTest : public testing::TestWithParam<bool> {
protected:
    test::TemporaryFolder folder;
    fs::path checkpoint = folder / "states" / "after.hidden";
    std::vector<std::string> lines;
    JobContext job{{}, {}, [this](std::string_view line) { lines.emplace_back(line); }};
    Matrix start = test::randomMatrix(kTokens, kWidth, 1);

    HiddenStates states(bool inMemory, bool withCheckpoint = true, const std::string& inputs = "{}") {
        return {kTokens, kWidth, kSequence,
                HiddenPlace{inMemory, folder / "scratch", withCheckpoint ? checkpoint : fs::path(), inputs}};
    }
    void fill(HiddenStates& hidden) {
        hidden.update(
            [&](Index first, MatrixView<float> rows) {
                std::copy_n(start.view().row(first), rows.rows * kWidth, rows.data);
            },
            job);
    }
    void addOne(HiddenStates& hidden) {
        hidden.update(
            [](Index, MatrixView<float> rows) {
                for (Index i = 0; i < rows.rows * kWidth; ++i)
                    rows.data[i] += 1;
            },
            job);
    }
    static std::vector<float> all(const HiddenStates& hidden) {
        std::vector<float> values;
        Matrix buffer;
        for (Index chunk = 0; chunk < hidden.chunks(); ++chunk) {
            const auto rows = hidden.read(chunk, buffer);
            values.insert(values.end(), rows.data, rows.data + rows.rows * rows.cols);
        }
        return values;
    }
    std::vector<float> expected(int additions) const {
        std::vector<float> values(start.values().begin(), start.values().end());
        for (int i = 0; i < additions; ++i)
            for (float& value : values)
                value += 1;
        return values;
    }
};

INSTANTIATE_TEST_SUITE_P(Places, HiddenStatesTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Memory" : "Disk"; });

TEST_P(HiddenStatesTest, KeepsEveryChunkThroughUpdates) {
    for (const bool withCheckpoint : {false, true}) {
        HiddenStates hidden = states(GetParam(), withCheckpoint);
        EXPECT_EQ(hidden.chunks(), 3);
        EXPECT_EQ(hidden.shape().rows(2), kSequence);
        fill(hidden);
        EXPECT_EQ(all(hidden), expected(0));
        addOne(hidden), addOne(hidden);
        EXPECT_EQ(all(hidden), expected(2));
    }
}

TEST_P(HiddenStatesTest, ResumesWhatWasCheckpointedAndNothingLater) {
    {
        HiddenStates hidden = states(GetParam());
        EXPECT_EQ(hidden.resume(10, job), 0);
        fill(hidden), addOne(hidden);
        hidden.checkpoint(1, job);
        addOne(hidden);
        hidden.checkpoint(2, job);
        addOne(hidden); // never named: as good as killed
    }
    for (const bool inMemory : {true, false}) {
        HiddenStates again = states(inMemory);
        EXPECT_EQ(again.resume(10, job), 2);
        EXPECT_EQ(all(again), expected(2));
        EXPECT_EQ(states(inMemory).resume(1, job), 0) << "is further than what is wanted";
        EXPECT_EQ(states(inMemory, true, "{\"other\":1}").resume(10, job), 0);
    }
    states(GetParam()).removeCheckpoint();
    EXPECT_FALSE(fs::exists(checkpoint));
    EXPECT_THAT(lines, IsEmpty());
}

TEST_P(HiddenStatesTest, LeavesNoFileButTheCheckpoint) {
    HiddenStates hidden = states(GetParam());
    fill(hidden), addOne(hidden);
    hidden.checkpoint(1, job);
    addOne(hidden);
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        if (entry.is_regular_file())
            files.push_back(entry.path().filename().string());
    EXPECT_THAT(files, ElementsAre("after.hidden"));
}

TEST_P(HiddenStatesTest, ADamagedCheckpointIsReportedRemovedAndNotUsed) {
    HiddenStates hidden = states(GetParam());
    fill(hidden);
    hidden.checkpoint(1, job);
    const std::string whole = test::get(checkpoint);
    std::vector<std::string> damages = {"", "not it", whole.substr(0, 100), whole.substr(0, whole.size() - 1)};
    for (const std::size_t at : {0u, 9u, 13u, 17u, 30u, 50u, 57u, 4100u, 8192u + 50u, unsigned(whole.size()) - 1}) {
        damages.push_back(whole);
        damages.back()[at] = static_cast<char>(damages.back()[at] ^ 4);
    }
    for (const std::string& damage : damages) {
        lines.clear();
        test::put(checkpoint, damage);
        EXPECT_EQ(states(GetParam()).resume(1 << 20, job), 0);
        EXPECT_FALSE(fs::exists(checkpoint));
        EXPECT_THAT(lines, ElementsAre(HasSubstr("removed")));
    }
}

TEST_P(HiddenStatesTest, AFullDiskEndsCheckpointsInMemoryAndThePassOnDisk) {
    HiddenStates hidden = states(GetParam());
    fill(hidden);
    hidden.checkpoint(1, job);
    const test::FileSizeLimit limit(20000);
    if (const bool inMemory = GetParam()) {
        addOne(hidden);
        hidden.checkpoint(2, job);
        EXPECT_EQ(all(hidden), expected(1));
        EXPECT_THAT(lines, ElementsAre(HasSubstr("going on without a checkpoint")));
        EXPECT_EQ(states(inMemory).resume(10, job), 1) << "the old one is still good";
    } else {
        const auto error = caughtError([&] { addOne(hidden); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Io);
        EXPECT_THAT(error->what(), HasSubstr((folder / "states").string()));
    }
}

TEST_P(HiddenStatesTest, CancellingIsAnsweredBetweenChunks) {
    std::stop_source stop;
    const JobContext cancellable(stop.get_token(), {}, {});
    HiddenStates hidden = states(GetParam());
    int chunks = 0;
    const auto error = caughtError([&] {
        hidden.update(
            [&](Index, MatrixView<float>) {
                ++chunks;
                stop.request_stop();
            },
            cancellable);
    });
    EXPECT_EQ(error->kind(), ErrorKind::Cancelled);
    EXPECT_EQ(chunks, 1);
}

TEST(HiddenStates, ChunksAreWholeWindows) {
    EXPECT_EQ(HiddenStates::chunkTokens(256), 8192);
    EXPECT_EQ(HiddenStates::chunkTokens(3000), 6000);
    EXPECT_EQ(HiddenStates::chunkTokens(100000), 100000);
}

} // namespace
} // namespace vernier
