#include "core/calibrate/memory_plan.h"

#include "core/base/error.h"
#include "core/calibrate/hidden_states.h"
#include "core/calibrate/histogram.h"
#include "core/calibrate/logits_statistics.h"
#include "core/calibrate/moments.h"
#include "core/tensor/parallel.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace vernier {

namespace {

// Tokens that a block has in flight, at least one window.
constexpr Index kTokensInFlight = 2048;
// Rows that a Gram packs at a time, and channels that one task sweeps with a histogram of its own.
constexpr Index kGramTokens = 2048, kSweepChannels = 128;
constexpr Index kQueryTile = 128;
constexpr std::uint64_t kHistogramBytes = Histogram::kMaxBins * sizeof(std::uint64_t);
constexpr std::uint64_t kChannelHistogramBytes =
    TapStatistics::kChannelBins * sizeof(std::uint64_t) + sizeof(Histogram);
constexpr std::uint64_t kBytesPerChannel = 2 * sizeof(float) + sizeof(std::uint64_t) + sizeof(double) + sizeof(Moments);
// Chunks of an artefact, gathered and compressed, a few at a time; no more than the largest Gram twice.
constexpr std::uint64_t kSavingBytes = std::uint64_t{24} << 20;

std::uint64_t bytesOf(Index rows, Index cols, std::uint64_t element = sizeof(float)) {
    return element * static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
}

std::uint64_t packedBytes(Index rows, Index cols, Precision precision) {
    return bytesOf(rows, cols, precision == Precision::BF16 ? 2 : sizeof(float));
}

/// While a group is packed its weights stand one below the other in float32, and beside them the one being read.
std::uint64_t loadingBytes(const InputGroup& group) {
    std::uint64_t largest = 0;
    for (const LinearSpec& linear : group.linears)
        largest = std::max(largest, bytesOf(linear.out, linear.in));
    const bool isCopied = group.linears.size() > 1 || group.linears.front().transposed;
    return bytesOf(group.out(), group.in()) + (isCopied ? largest : 0);
}

std::uint64_t statisticsBytes(const TapSpec& tap, const PassDemand& demand, bool channelHistograms) {
    const auto channels = static_cast<std::uint64_t>(tap.channels);
    const auto windows = static_cast<std::uint64_t>(demand.tokens / demand.sequenceLength);
    return channels * (kBytesPerChannel + (channelHistograms ? kChannelHistogramBytes : 0)) + kHistogramBytes +
           windows * 2 * sizeof(float) + demand.observers.extremes * sizeof(ExtremeValue);
}

/// Activations of the feed-forward layer, once: experts take turns.
std::uint64_t feedForwardScratch(const ArchitectureSpec& spec, bool sparse, Index tokens) {
    const Index inner = sparse ? spec.mixture.intermediateSize : spec.intermediateSize;
    const std::uint64_t own = bytesOf(tokens, spec.gated ? 3 * inner : inner);
    return own + (sparse ? bytesOf(tokens, 2 * spec.hiddenSize + spec.mixture.experts) : 0);
}

/// What observing adds to a block at work: packed copies of what Grams read, a copy without padding, the findings of
/// every task of a sweep.
std::uint64_t observingScratch(const PassDemand& demand, Index tokens, Index widestInput, Index widestTap) {
    if (demand.gramSets == 0)
        return 0;
    const auto sweeps = static_cast<std::uint64_t>((widestTap + kSweepChannels - 1) / kSweepChannels);
    return packedBytes(std::min(tokens, kGramTokens), widestInput, demand.precision) +
           (demand.padded ? bytesOf(tokens, widestTap) : 0) + sweeps * kHistogramBytes;
}

/// Adds up one block; what stays the same for all blocks is left at 0.
PassMemory blockMemory(const ArchitectureSpec& spec, int block, const PassDemand& demand, bool spillGrams,
                       ExpertMemory experts) {
    const Index windowsInFlight = std::max<Index>(1, kTokensInFlight / demand.sequenceLength);
    const Index tokens = std::min(demand.tokens, windowsInFlight * demand.sequenceLength);
    const auto sets = static_cast<std::uint64_t>(demand.gramSets);
    const std::vector<InputGroup> groups = spec.inputGroups(block);
    const bool sparse = spec.blockSpec(block).sparse;
    PassMemory memory;
    std::uint64_t grams = 0, expert = 0, expertLoading = 0;
    Index widestInput = 0, widestTap = 0;
    for (const InputGroup& group : groups) {
        const std::uint64_t packed = packedBytes(group.out(), group.in(), demand.precision);
        grams += sets * bytesOf(group.in(), group.in());
        widestInput = std::max(widestInput, group.in());
        if (group.expert < 0 || experts == ExpertMemory::All) {
            memory.weights += packed;
            memory.loading = std::max(memory.loading, loadingBytes(group));
        } else if (group.expert == 0) { // the others are as large
            expert += packed;
            expertLoading = std::max(expertLoading, loadingBytes(group));
        }
    }
    for (const TapSpec& tap : spec.taps(block)) {
        const bool channelHistograms = demand.observers.channelHistograms;
        memory.statistics += sets * statisticsBytes(tap, demand, channelHistograms);
        memory.saving += demand.gramSets > 0 && channelHistograms
                             ? static_cast<std::uint64_t>(tap.channels) * kChannelHistogramBytes
                             : 0;
        widestTap = std::max(widestTap, tap.channels);
    }
    memory.scratch = expert + expertLoading + bytesOf(tokens, 2 * spec.hiddenSize + groups[0].out() + groups[1].in()) +
                     feedForwardScratch(spec, sparse, tokens) +
                     static_cast<std::uint64_t>(computeThreads()) * bytesOf(kQueryTile, demand.sequenceLength) +
                     observingScratch(demand, tokens, widestInput, widestTap);
    memory.saving += demand.gramSets > 0 ? std::min(kSavingBytes, bytesOf(widestInput, widestInput)) : 0;
    memory.gramsInMemory = !spillGrams;
    memory.experts = experts;
    (spillGrams ? memory.gramFiles : memory.grams) = grams;
    return memory;
}

/// The head is packed, then runs over a few hundred tokens at a time.
std::uint64_t headMemory(const ArchitectureSpec& spec, const PassDemand& demand) {
    if (!demand.logits)
        return 0;
    const std::uint64_t packed = packedBytes(spec.vocabularySize, spec.hiddenSize, demand.precision);
    const TapSpec tap = spec.logitsTap();
    return packed + std::max(bytesOf(spec.vocabularySize, spec.hiddenSize),
                             bytesOf(std::min(kLogitRows, demand.tokens), spec.vocabularySize) +
                                 statisticsBytes(tap, demand, false) + observingScratch(demand, 0, 0, tap.channels) +
                                 kSavingBytes);
}

PassMemory planWith(const ArchitectureSpec& spec, const PassDemand& demand, bool spillHidden, bool spillGrams,
                    ExpertMemory experts) {
    PassMemory memory;
    for (int block = 0; block < spec.blocks; ++block)
        if (const PassMemory one = blockMemory(spec, block, demand, spillGrams, experts); one.peak() > memory.peak())
            memory = one;
    memory.hiddenInMemory = !spillHidden;
    const Index kept =
        spillHidden ? std::min(demand.tokens, HiddenStates::chunkTokens(demand.sequenceLength)) : demand.tokens;
    memory.hidden = bytesOf(kept, spec.hiddenSize);
    memory.head = headMemory(spec, demand);
    return memory;
}

} // namespace

std::uint64_t PassMemory::peak() const {
    return hidden +
           std::max({weights + loading, weights + scratch + statistics + grams, statistics + grams + saving, head});
}

PassMemory planPassMemory(const ArchitectureSpec& spec, const PassDemand& demand, std::uint64_t limit) {
    PassMemory memory = planWith(spec, demand, false, false, ExpertMemory::All);
    const auto instead = [&](bool isPossible, bool spillGrams, ExpertMemory experts) {
        if (isPossible && memory.peak() > limit)
            memory = planWith(spec, demand, true, spillGrams, experts);
    };
    instead(true, false, ExpertMemory::All);
    instead(demand.canSpillGrams, true, ExpertMemory::All);
    instead(demand.canLoadExperts, demand.canSpillGrams, ExpertMemory::One);
    if (memory.peak() > limit)
        throw Error(ErrorKind::Input, "memory limit",
                    fmt::format("{:.2f} GB cannot hold one block of this model at work, even with all on the disk that "
                                "can be there",
                                static_cast<double>(limit) / 1e9),
                    fmt::format("allow at least {:.2f} GB", static_cast<double>(memory.peak()) / 1e9 + 0.005));
    return memory;
}

std::uint64_t defaultMemoryLimit() {
    std::ifstream report("/proc/meminfo");
    std::string name, unit;
    for (std::uint64_t kibibytes = 0; report >> name >> kibibytes; std::getline(report, unit))
        if (name == "MemAvailable:")
            return kibibytes * 1024 / 2;
    return std::uint64_t{4} << 30;
}

} // namespace vernier
