#pragma once

#include "core/calibrate/tap_statistics.h"
#include "core/dataset/token_windows.h"
#include "core/model/architecture.h"
#include "core/model/mixture.h"
#include "core/tensor/precision.h"

#include <cstdint>

namespace vernier {

/// Says what a pass over windows is to hold, as far as its memory depends on it.
struct PassDemand {
    Index tokens = 0, sequenceLength = 0;
    bool padded = false; ///< some windows are; rows that are no padding are then copied out
    Precision precision = Precision::F32;
    ObserverOptions observers = {};
    /// How many sets of a block's statistics and Grams there are at a time: 0 where nothing is observed, one in a
    /// calibration, one for every group of documents in a cross matrix.
    int gramSets = 1;
    bool logits = false;
    bool canSpillGrams = false;  ///< the pass is able to keep Grams in files
    bool canLoadExperts = false; ///< and to pack experts one by one

    PassDemand() = default;
    PassDemand(const TokenWindows& windows, int gramSets_)
        : tokens(std::ssize(windows.ids)), sequenceLength(windows.sequenceLength),
          padded(!windows.validLengths.empty()), gramSets(gramSets_) {}
};

/// Counts the memory of a pass by what it holds at once, in bytes. Memory here is the process's own; mapped weights and
/// files, and files that the system keeps in its cache, can be dropped at any time and do not count.
struct PassMemory {
    bool hiddenInMemory = true, gramsInMemory = true;
    ExpertMemory experts = ExpertMemory::All;
    std::uint64_t hidden = 0;     ///< the hidden states of all windows, or the one chunk of them that is in memory
    std::uint64_t weights = 0;    ///< of the block that needs most, packed; experts as said above
    std::uint64_t loading = 0;    ///< its largest weight in float32, while it is being packed
    std::uint64_t scratch = 0;    ///< activations in flight inside the block, and copies that Grams are computed from
    std::uint64_t statistics = 0; ///< of its taps, without Grams
    std::uint64_t grams = 0;      ///< of its input groups; 0 when they are in files
    std::uint64_t saving = 0;     ///< columns of numbers and compressed chunks while its artefact is written
    std::uint64_t head = 0;       ///< the head and its logits, where they are observed
    std::uint64_t gramFiles = 0;  ///< bytes of files, of the Grams that are not in memory

    /// Loading, running and saving a block, and the head, follow each other; hidden states stay.
    std::uint64_t peak() const;
};

/// Plans a pass within `limit` bytes. What does not fit leaves memory in turn, as far as the demand allows it: hidden
/// states, then Grams, then all experts but one. Throws Error{Input} naming the least limit that works when even that
/// is too much.
PassMemory planPassMemory(const ArchitectureSpec& spec, const PassDemand& demand, std::uint64_t limit);

/// Half of the memory that the system says is available now; 4 GiB where it does not say.
std::uint64_t defaultMemoryLimit();

} // namespace vernier
