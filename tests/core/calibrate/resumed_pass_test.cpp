#include "core/base/error.h"
#include "core/calibrate/calibration_pass.h"
#include "tests/support/demo_windows.h"
#include "tests/support/test_files.h"

#include <cstring>
#include <filesystem>
#include <map>
#include <omp.h>
#include <set>

#include <gtest/gtest.h>

namespace vernier {
namespace {

bool equal(const BlockStatistics& a, const BlockStatistics& b) {
    bool same = a.block == b.block && a.taps.size() == b.taps.size() && a.grams.size() == b.grams.size();
    for (std::size_t g = 0; same && g < a.taps.size(); ++g)
        same = a.taps[g].histogram == b.taps[g].histogram && a.taps[g].channels.min == b.taps[g].channels.min &&
               a.taps[g].channels.max == b.taps[g].channels.max &&
               a.taps[g].channels.sumAbs == b.taps[g].channels.sumAbs &&
               a.taps[g].channels.moments == b.taps[g].channels.moments && a.taps[g].extremes == b.taps[g].extremes &&
               a.taps[g].windows == b.taps[g].windows;
    for (std::size_t g = 0; same && g < a.grams.size(); ++g)
        same = std::memcmp(a.grams[g].sum().data, b.grams[g].sum().data,
                           sizeof(float) * static_cast<std::size_t>(a.grams[g].in() * a.grams[g].in())) == 0;
    return same;
}

/// A pass over a few of the demo's windows, more than a chunk of hidden states.
class ResumedPass : public testing::Test {
protected:
    test::TemporaryFolder folder;
    Model model = Model::open(test::demoFolder() / "model");
    TokenWindows windows = test::demoWindows("calibration", 34);
    JobContext job;
    std::map<int, BlockStatistics> whole = run(HiddenPlace{});

    std::map<int, BlockStatistics> run(const HiddenPlace& place, const std::set<int>& known = {}, int stopAfter = 99) {
        std::map<int, BlockStatistics> blocks;
        std::stop_source stop;
        JobContext cancellable(stop.get_token(), {}, {});
        PassHooks hooks;
        hooks.known = [&](int block) { return known.contains(block); };
        hooks.onBlock = [&](BlockStatistics statistics) {
            const int block = statistics.block;
            blocks[block] = std::move(statistics);
            if (block == stopAfter)
                stop.request_stop();
        };
        try {
            runCalibrationPass(model, windows, place, hooks, cancellable);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
        }
        return blocks;
    }
    void expectWhole(const std::map<int, BlockStatistics>& blocks) {
        ASSERT_EQ(blocks.size(), whole.size());
        for (const auto& [block, statistics] : blocks)
            EXPECT_TRUE(equal(statistics, whole.at(block))) << block;
    }
};

TEST_F(ResumedPass, GivesTheSameStatisticsFromTheDisk) {
    expectWhole(run(HiddenPlace{false, folder.path()}));
}

TEST_F(ResumedPass, ContinuesAfterABlockWithTheSameStatistics) {
    for (const bool inMemory : {true, false})
        for (const int last : {inMemory ? 1 : 4, 5}) {
            const HiddenPlace place{inMemory, folder.path(), folder / "after.hidden", "{}"};
            auto blocks = run(place, {}, last);
            ASSERT_EQ(static_cast<int>(blocks.size()), last + 1);
            std::set<int> known;
            for (const auto& [block, statistics] : blocks)
                known.insert(block);
            auto rest = run(place, known);
            EXPECT_EQ(static_cast<int>(rest.size()), model.spec.blocks - last - 1);
            blocks.merge(rest);
            expectWhole(blocks);
            EXPECT_FALSE(std::filesystem::exists(folder / "after.hidden") && last + 1 < model.spec.blocks);
            std::filesystem::remove(folder / "after.hidden");
        }
}

TEST_F(ResumedPass, ComputesOnlyTheBlocksThatAreMissing) {
    auto blocks = run(HiddenPlace{}, {0, 1, 3, 5});
    ASSERT_EQ(blocks.size(), 2u);
    EXPECT_TRUE(equal(blocks.at(2), whole.at(2)));
    EXPECT_TRUE(equal(blocks.at(4), whole.at(4)));
}

TEST_F(ResumedPass, IsTheSameWithOneThread) {
    const int threads = omp_get_max_threads();
    for (const int count : {1, 2}) {
        omp_set_num_threads(count);
        expectWhole(run(HiddenPlace{}));
    }
    omp_set_num_threads(threads);
}

} // namespace
} // namespace vernier
