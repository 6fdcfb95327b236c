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

    PassDemand demand() const {
        PassDemand demand;
        demand.tokens = tokens, demand.sequenceLength = length;
        return demand;
    }
    PassMemory plan(std::uint64_t limit) const { return planPassMemory(spec, demand(), limit); }
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
        // Beside a stack of weights stands the one that is being read.
        std::uint64_t read = 0;
        for (const LinearSpec& linear : group.linears)
            read = std::max(read, static_cast<std::uint64_t>(linear.in * linear.out) * 4);
        largest = std::max(largest, bytes + (group.linears.size() > 1 ? read : 0));
        grams += static_cast<std::uint64_t>(group.in() * group.in()) * 4;
    }
    EXPECT_EQ(memory.weights, weights);
    EXPECT_EQ(memory.loading, largest);
    EXPECT_EQ(memory.grams, grams);
    const std::uint64_t running = memory.weights + memory.scratch + memory.statistics + memory.grams;
    EXPECT_EQ(memory.peak(), memory.hidden + std::max({memory.weights + memory.loading, running,
                                                       memory.statistics + memory.grams + memory.saving}));
}

TEST_F(MemoryPlan, KnowsThatBfloat16HalvesWeightsAndLogitsNeedTheHead) {
    PassDemand changed = demand();
    changed.precision = Precision::BF16;
    const PassMemory full = plan(kPlenty), half = planPassMemory(spec, changed, kPlenty);
    EXPECT_EQ(2 * half.weights, full.weights);
    EXPECT_EQ(half.loading, full.loading);
    EXPECT_EQ(half.grams, full.grams);
    changed.logits = true;
    const auto vocabulary = static_cast<std::uint64_t>(spec.vocabularySize);
    EXPECT_GE(planPassMemory(spec, changed, kPlenty).head,
              vocabulary * static_cast<std::uint64_t>(spec.hiddenSize) * 6);
}

TEST_F(MemoryPlan, CountsEverySetOfGrams) {
    PassDemand changed = demand();
    changed.gramSets = 3;
    EXPECT_EQ(planPassMemory(spec, changed, kPlenty).grams, 3 * plan(kPlenty).grams);
    changed.gramSets = 0;
    EXPECT_EQ(planPassMemory(spec, changed, kPlenty).grams, 0u);
}

TEST_F(MemoryPlan, BringsGramsToTheDiskAfterHiddenStates) {
    PassDemand able = demand();
    const std::uint64_t least = plan(plan(kPlenty).peak() - 1).peak(); // with hidden states on the disk
    EXPECT_THROW(planPassMemory(spec, able, least - 1), Error);
    able.canSpillGrams = true;
    const PassMemory memory = planPassMemory(spec, able, least - 1);
    EXPECT_FALSE(memory.gramsInMemory);
    EXPECT_FALSE(memory.hiddenInMemory);
    EXPECT_EQ(memory.grams, 0u);
    EXPECT_EQ(memory.gramFiles, plan(kPlenty).grams);
    EXPECT_LT(memory.peak(), least);
}

TEST_F(MemoryPlan, PacksExpertsOneByOneInTheEnd) {
    spec = ArchitectureSpec::load(test::tinyModel("mixtral"));
    length = 128, tokens = 1 << 14;
    PassDemand able = demand();
    able.canSpillGrams = able.canLoadExperts = true;
    const PassMemory all = planPassMemory(spec, able, kPlenty);
    EXPECT_EQ(all.experts, ExpertMemory::All);
    able.canLoadExperts = false;
    std::uint64_t low = 0, high = all.peak(); // the least that works with all of them
    while (high - low > 1) {
        const std::uint64_t middle = (low + high) / 2;
        (test::caughtError([&] { planPassMemory(spec, able, middle); }) ? low : high) = middle;
    }
    able.canLoadExperts = true;
    const PassMemory one = planPassMemory(spec, able, low);
    EXPECT_EQ(one.experts, ExpertMemory::One);
    EXPECT_LT(one.weights, all.weights);
    EXPECT_LE(one.peak(), low);
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
