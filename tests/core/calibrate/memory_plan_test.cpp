#include "core/base/error.h"
#include "core/calibrate/hidden_states.h"
#include "core/calibrate/memory_plan.h"
#include "tests/support/caught_error.h"
#include "tests/support/test_files.h"

#include <gmock/gmock.h>

namespace vernier {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 50;

class MemoryPlan : public testing::Test {
protected:
    ArchitectureSpec spec = ArchitectureSpec::load(test::demoFolder() / "model");
    Index tokens = 64 * 256, length = 256;

    PassMemory plan(std::uint64_t limit) const { return planPassMemory(spec, tokens, length, limit); }
};

TEST_F(MemoryPlan, CountsWhatAPassHolds) {
    const PassMemory memory = plan(kPlenty);
    EXPECT_TRUE(memory.hiddenInMemory);
    EXPECT_EQ(memory.hidden, static_cast<std::uint64_t>(tokens * spec.hiddenSize) * 4);
    // The same numbers from the tensors of a block.
    std::uint64_t weights = 0, largest = 0, grams = 0;
    for (const InputGroup& group : spec.inputGroups(0)) {
        std::uint64_t bytes = 0;
        for (const LinearSpec& linear : group.linears)
            bytes += static_cast<std::uint64_t>(linear.in * linear.out) * 4;
        weights += bytes;
        largest = std::max(largest, bytes);
        grams += static_cast<std::uint64_t>(group.in() * group.in()) * 4;
    }
    EXPECT_EQ(memory.weights, weights);
    EXPECT_EQ(memory.loading, largest);
    EXPECT_GE(memory.grams, grams);
    EXPECT_EQ(memory.peak(),
              memory.hidden + std::max({memory.weights + memory.loading, memory.weights + memory.scratch + memory.grams,
                                        memory.grams + memory.saving}));
}

TEST_F(MemoryPlan, SpillsWhenHiddenStatesDoNotFitAndSaysTheLeastLimit) {
    const std::uint64_t all = plan(kPlenty).peak();
    EXPECT_TRUE(plan(all).hiddenInMemory);
    const PassMemory spilled = plan(all - 1);
    EXPECT_FALSE(spilled.hiddenInMemory);
    EXPECT_EQ(spilled.hidden, static_cast<std::uint64_t>(HiddenStates::chunkTokens(length) * spec.hiddenSize) * 4);
    EXPECT_LT(spilled.peak(), all);
    EXPECT_FALSE(plan(spilled.peak()).hiddenInMemory);
    const auto error = test::caughtError([&] { plan(spilled.peak() - 1); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Input);
    EXPECT_THAT(error->what(), HasSubstr("allow at least"));
}

TEST_F(MemoryPlan, AllowsHalfOfWhatIsAvailable) {
    EXPECT_GT(defaultMemoryLimit(), std::uint64_t{64} << 20);
}

} // namespace
} // namespace vernier
