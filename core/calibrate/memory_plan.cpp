#include "core/calibrate/memory_plan.h"

#include "core/base/error.h"
#include "core/calibrate/hidden_states.h"
#include "core/calibrate/histogram.h"

#include <algorithm>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace vernier {

namespace {

// Tokens that a block has in flight, at least one window.
constexpr Index kTokensInFlight = 2048;
// Statistics without Grams: a histogram per tap and numbers per channel; small beside the rest.
constexpr std::uint64_t kBytesPerChannel = 2 * sizeof(float) + sizeof(std::uint64_t) + 5 * sizeof(double);
constexpr std::uint64_t kHistogramBytes = Histogram::kMaxBins * sizeof(std::uint64_t);

std::uint64_t floats(Index rows, Index cols) {
    return sizeof(float) * static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
}

/// Adds up one block; what stays the same for all blocks is left at 0.
PassMemory blockMemory(const ArchitectureSpec& spec, int block, Index tokensInFlight) {
    PassMemory memory;
    std::uint64_t largestTriangle = 0, triangles = 0;
    for (const InputGroup& group : spec.inputGroups(block)) {
        Index out = 0;
        for (const LinearSpec& linear : group.linears)
            out += linear.out;
        memory.weights += floats(out, group.in());
        memory.loading = std::max(memory.loading, floats(out, group.in()));
        memory.scratch += floats(tokensInFlight, group.in() + out);
        memory.grams += floats(group.in(), group.in());
        const std::uint64_t triangle = floats(group.in(), group.in() + 1) / 2;
        triangles += triangle;
        largestTriangle = std::max(largestTriangle, triangle);
    }
    for (const TapSpec& tap : spec.taps(block))
        memory.grams += static_cast<std::uint64_t>(tap.channels) * kBytesPerChannel + kHistogramBytes;
    memory.saving = triangles + largestTriangle;
    return memory;
}

} // namespace

std::uint64_t PassMemory::peak() const {
    return hidden + std::max({weights + loading, weights + scratch + grams, grams + saving});
}

PassMemory planPassMemory(const ArchitectureSpec& spec, Index tokens, Index sequenceLength, std::uint64_t limit) {
    const Index windowsInFlight = std::max<Index>(1, kTokensInFlight / sequenceLength);
    const Index tokensInFlight = std::min(tokens, windowsInFlight * sequenceLength);
    PassMemory memory;
    for (int block = 0; block < spec.blocks; ++block)
        if (const PassMemory one = blockMemory(spec, block, tokensInFlight); one.peak() > memory.peak())
            memory = one;
    memory.hidden = floats(tokens, spec.hiddenSize);
    if (memory.peak() <= limit)
        return memory;
    memory.hiddenInMemory = false;
    memory.hidden = floats(std::min(tokens, HiddenStates::chunkTokens(sequenceLength)), spec.hiddenSize);
    if (memory.peak() > limit)
        throw Error(
            ErrorKind::Input, "memory limit",
            fmt::format("{:.2f} GB cannot hold one block of this model with its Gram matrices, even with hidden "
                        "states on the disk",
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
